-- One row per child that the rows in hand are about.
select distinct la_code, person_id as written
from casework_row
where person_id is not null
