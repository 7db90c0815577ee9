-- One row per measure, month and period of an authority, as a version left them: the ended months up to the one reported.
select measure_code, month, period, numerator, denominator, value, extract_date, version
from monthly_kpi_at_version($version)
where month <= $month and status <> 'to_date' and status is not null
order by measure_code, period, month
