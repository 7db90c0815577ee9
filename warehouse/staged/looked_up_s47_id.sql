-- One row per typed row, with the start of the section 47 enquiry it names.
select before_s47_id.*, s47.start_date as linked_s47_start_date
from before_s47_id
left join staged.s47 using (la_code, extract_date, s47_id)
