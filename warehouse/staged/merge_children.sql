-- Rows about a merged child are about the child it was merged into.
update typed_row
set person_id = person_alias.master_person_id
from staged.person_alias
where
    person_alias.la_code = typed_row.la_code
    and person_alias.extract_date = typed_row.extract_date
    and person_alias.person_id = typed_row.person_id
