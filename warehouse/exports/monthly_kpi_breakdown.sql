-- One row per measure, month, period, breakdown and category of an authority: the current figure.
select monthly_kpi_breakdown_current.*
from monthly_kpi_breakdown_current
inner join measure using (measure_code)
where monthly_kpi_breakdown_current.la_code = $la_code
order by
    measure.position, monthly_kpi_breakdown_current.breakdown, monthly_kpi_breakdown_current.category,
    monthly_kpi_breakdown_current.period, monthly_kpi_breakdown_current.month
