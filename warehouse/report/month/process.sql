-- One row per measure and month of the figures in view: its limits, in the unit of the figure, and how it is marked by them.
with
point as (
    -- The limits of a change are told about the figure of the month before.
    select
        *,
        if(chart = 'xmr_of_change', if(value is distinct from numerator and denominator > 0, value / nullif(numerator, 0), 1), 1)
            as scale,
        if(chart = 'xmr_of_change', value - judged * scale, 0) as base
    from spc_point
    where la_code = $la_code and month <= $month
)

select
    point.measure_code, point.month, point.chart, point.phase, point.value,
    if(point.chart = 'xmr_of_change', null, point.centre) as centre,
    point.base + point.lower_limit * point.scale as lower_limit,
    point.base + point.upper_limit * point.scale as upper_limit,
    point.assessment, point.rule, point.direction,
    case measure.polarity
        when 'higher_better' then point.direction = 'above' when 'lower_better' then point.direction = 'below'
    end as is_favourable
from point
inner join measure on measure.measure_code = point.measure_code
order by point.measure_code, point.month
