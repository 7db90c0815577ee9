-- One row per measure and month of the figures in view: the process limits that the month is held against.
select measure_code, month, chart, phase, value, centre, lower_limit, upper_limit, assessment
from spc_point
where la_code = $la_code and month <= $month
order by measure_code, month
