-- One row per period: the month and the twelve months that end with it.
select period, numerator, denominator, value, status, missing_start, extract_date, version
from monthly_kpi_current
where la_code = $la_code and measure_code = $measure_code and month = $month
order by period
