-- One row per period that has a figure: the month, and the quarter, the year to date and the twelve months it ends.
select period, numerator, denominator, value, status, missing_start, extract_date, version
from monthly_kpi_current
where la_code = $la_code and measure_code = $measure_code and month = $month
order by period
