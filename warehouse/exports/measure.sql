-- One row per measure: the catalogue.
select *
from measure
order by position
