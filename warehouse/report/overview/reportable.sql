-- One row per authority with an ended month to report.
select distinct la_code
from monthly_kpi_current
where month = $month and status <> 'to_date' and status is not null
order by la_code
