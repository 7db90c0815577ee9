-- One row per measure of the figures in view: the change of the month reported on the month before, in points or units.
select kpi.measure_code, kpi.value - month_before.value as change_on_month
from monthly_kpi_current as kpi
left join monthly_kpi_current as month_before on
    month_before.measure_code = kpi.measure_code
    and month_before.period = kpi.period
    and month_before.month = kpi.month - interval 1 month
where kpi.month = $month and kpi.period = 'month'
