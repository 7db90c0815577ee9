-- One row per authority, measure and month of the thirteen up to its latest ended one: the figure that is compared, which
-- for a rate of events is that of twelve months, and what it is made of.
select
    ended.la_code, ended.measure_code, ended.month,
    max(ended.value) as value, max(ended.numerator) as numerator, max(ended.denominator) as denominator
from monthly_kpi_ended as ended
inner join latest_month on latest_month.la_code = ended.la_code
inner join measure using (measure_code)
where
    ended.la_code = $la_code
    and ended.month > latest_month.month - interval 13 month
    and ended.period = if(measure.kind = 'rate_of_events', 'rolling_12_months', 'month')
group by ended.la_code, ended.measure_code, ended.month
