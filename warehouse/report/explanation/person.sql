-- One row per month in which the child has a case of the measure.
select distinct strftime(month, '%Y-%m') as month
from casework.kpi_case
where la_code = $la_code and measure_code = $measure_code and lower(person_id) = lower($person_id)
order by month
