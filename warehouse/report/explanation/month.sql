-- One row: the first and the last month for which the authority's measure has a figure.
select strftime(min(month), '%Y-%m') as first_month, strftime(max(month), '%Y-%m') as last_month
from kpi.monthly_kpi_current
where la_code = $la_code and measure_code = $measure_code and status is not null
