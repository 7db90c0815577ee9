-- One row per typed row, with the start of the section 47 enquiry it names; one that was called off is none.
select before_s47_id.*, s47.start_date as linked_s47_start_date
from before_s47_id
left join staged.s47 on
    s47.la_code = before_s47_id.la_code
    and s47.extract_date = before_s47_id.extract_date
    and s47.s47_id = before_s47_id.s47_id
    and (s47.status is null or s47.status not in (select status from reference.status where is_void))
