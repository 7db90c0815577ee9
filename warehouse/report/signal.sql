-- One row per measure, month and rule of the figures in view: what is more than the ordinary variation of the measure.
select measure_code, month, rule, direction, is_favourable, first_month, last_month
from spc_signal
where la_code = $la_code and month <= $month
order by measure_code, month, rule
