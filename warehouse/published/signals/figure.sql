-- One row per authority of the run, measure and ended month that has a figure.
-- Reads monthly_kpi_current, measure and new_version.
select kpi.la_code, kpi.measure_code, kpi.month, measure.kind, kpi.numerator, kpi.denominator, kpi.value
from monthly_kpi_current as kpi
inner join measure on measure.measure_code = kpi.measure_code
where
    kpi.period = 'month'
    and kpi.status <> 'to_date'
    and (kpi.numerator is not null or kpi.denominator is not null)
    and kpi.la_code in (select la_code from new_version)
