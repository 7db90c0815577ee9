-- One row per period and version that changed the figure, the latest first.
select
    monthly_kpi.period, monthly_kpi.extract_date, monthly_kpi.version, kpi_version.published_at, monthly_kpi.numerator,
    monthly_kpi.denominator, monthly_kpi.value, monthly_kpi.status
from monthly_kpi
inner join kpi_version using (version)
where monthly_kpi.la_code = $la_code and monthly_kpi.measure_code = $measure_code and monthly_kpi.month = $month
order by monthly_kpi.period, monthly_kpi.extract_date desc, monthly_kpi.version desc
