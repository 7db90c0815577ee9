-- One row per measure of the public copy: the catalogue.
select * exclude (position)
from kpi.measure
semi join (select unnest($measures) as measure_code) using (measure_code)
order by position
