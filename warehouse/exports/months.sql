-- One row per measure and month of the thirteen up to an authority's month: the figure that is compared, which for a rate of
-- events is that of twelve months, and what it is made of.
select
    ended.measure_code, ended.month,
    max(ended.value) as value, max(ended.numerator) as numerator, max(ended.denominator) as denominator
from monthly_kpi_ended as ended
inner join measure using (measure_code)
where
    ended.la_code = $la_code
    and ended.month > $month - interval 13 month
    and ended.period = if(measure.kind = 'rate_of_events', 'rolling_12_months', 'month')
group by ended.measure_code, ended.month
