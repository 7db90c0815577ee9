-- One row per child with a disability.
select 'D' || person_id as disa_table_id, person_id as disa_person_id, 'LD' as disa_disability_code
from person
where disabled
