-- One row per measure and period of the month reported whose figure is another one now than a version left it.
select
    measure.measure_code, kpi.period, kpi.numerator as numerator_before, kpi.denominator as denominator_before,
    kpi.value as value_before, kpi.extract_date as extract_date_before, kpi.version as version_before,
    current_kpi.numerator, current_kpi.denominator, current_kpi.value, current_kpi.extract_date, current_kpi.version
from monthly_kpi_at_version($version) as kpi
inner join measure using (measure_code)
inner join kpi.main.monthly_kpi_current as current_kpi using (la_code, measure_code, month, period)
where
    kpi.month = $month
    and (
        kpi.numerator is distinct from current_kpi.numerator
        or kpi.denominator is distinct from current_kpi.denominator
        or kpi.value is distinct from current_kpi.value
    )
order by measure.position, kpi.period
