-- One row per authority, measure, month and period: the current figure.
select monthly_kpi_current.*
from monthly_kpi_current
inner join measure using (measure_code)
where monthly_kpi_current.status is not null
order by monthly_kpi_current.la_code, measure.position, monthly_kpi_current.period, monthly_kpi_current.month
