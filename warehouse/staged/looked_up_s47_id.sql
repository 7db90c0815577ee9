-- One row per judged row, in their order: the start of the child's own section 47 enquiry that it names; one that was called
-- off is none.
select judged.row_id, s47.start_date as linked_s47_start_date
from judged
left join staged.s47 on
    s47.la_code = judged.la_code
    and s47.extract_date = judged.extract_date
    and s47.s47_id = judged.s47_id
    and s47.person_id = judged.person_id
    and (s47.status is null or s47.status not in (select status from reference.status where is_void))
order by judged.row_id
