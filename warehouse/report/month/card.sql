-- One row per measure of an authority in the month reported: its scorecard as a version left it.
select measure_code, value, value_12_months, target, rag
from scorecard
where la_code = $la_code and month = $month
order by measure_code
