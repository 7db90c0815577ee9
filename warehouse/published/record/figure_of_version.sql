-- One row per figure that a named version left.
select measure_code, month, period, numerator, denominator, value, missing_start, status
from monthly_kpi_at_version($version)
where status is not null
