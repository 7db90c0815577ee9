-- One row per child that the rows in hand are about or name, by the id as it is written.
select la_code, person_id as written
from casework_row
where person_id is not null
union
select la_code, raw_value
from casework_row
where raw_value is not null and column_name in ('person_id', 'master_person_id')
