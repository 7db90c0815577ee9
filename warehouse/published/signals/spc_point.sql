-- One row per authority, measure and ended month: what is judged of it, the centre and limits of its phase, and its mark.
-- Reads judged_series and judged_point. Why each rule: docs/decisions/0009-signals.md.
select
    series.la_code, series.measure_code, series.month, series.chart, series.numerator, series.denominator, series.value,
    series.judged, point.phase,
    coalesce(series.since, if(point.is_recorded, series.recorded, point.since)) as since,
    coalesce(
        series.rebased_on,
        if(point.is_recorded, series.recorded, if(point.held_from > point.since, point.held_from, null))
    ) as rebased_on,
    coalesce(series.was_recorded, point.is_recorded) as is_recorded,
    point.centre, point.spread,
    if(isnan(point.lower_limit), null, point.lower_limit) as lower_limit,
    if(isnan(point.upper_limit), null, point.upper_limit) as upper_limit,
    case
        when point.place is null then if(series.value is null, 'no_cases', 'no_month_before')
        when isnan(point.lower_limit) then 'too_few_months'
        else 'judged'
    end as assessment,
    case when point.beyond <> 0 then 'beyond_limits' when point.moving <> 0 then 'ewma' end as rule,
    case sign(point.beyond + point.moving) when 1 then 'above' when -1 then 'below' end as direction,
    if(point.moving <> 0, point.moving_since, null) as moving_since
from judged_series as series
left join judged_point as point using (place)
order by series.place
