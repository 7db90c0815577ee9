-- One row: the month's figure again, from its cases. A rate's denominator is the population and no case.
select sum(numerator) as numerator, sum(denominator) as denominator
from kpi_case
where la_code = $la_code and measure_code = $measure_code and month = $month
