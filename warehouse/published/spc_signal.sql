-- One row per authority, measure, month, rule and direction: a signal that the month is part of.
-- Reads spc_point and measure. Why each rule: docs/decisions/0009-signals.md.
with
point as (
    -- A month that is not judged is in no signal, and breaks them like one that is not there. Figures and limits are
    -- compared to a billionth: closer than two figures lie, and wider than what arithmetic adds to them.
    select
        la_code, measure_code, phase, month, value,
        case when value - centre > 1e-9 then 'above' when centre - value > 1e-9 then 'below' end as side,
        value - upper_limit > 1e-9 or lower_limit - value > 1e-9 as is_beyond_limits,
        value - upper_warning > 1e-9 or lower_warning - value > 1e-9 as is_beyond_warning
    from spc_point
    where assessment = 'judged'
),

followed as (
    select
        *,
        case when lag(month) over series = month - interval 1 month then lag(side) over series end as side_before,
        case when lag(month) over series = month - interval 1 month then value - lag(value) over series end as change
    from point
    window series as (partition by la_code, measure_code, phase order by month)
),

stepped as (
    select *, case when change > 1e-9 then 'rising' when change < -1e-9 then 'falling' end as step
    from followed
),

stretched as (
    -- The months of a stretch follow each other on one side of the centre, or step the same way.
    select
        *,
        count(*) filter (side is null or side is distinct from side_before) over series as side_stretch,
        count(*) filter (step is null or step is distinct from step_before) over series as step_stretch
    from (
        select *, lag(step) over (partition by la_code, measure_code, phase order by month) as step_before
        from stepped
    ) as stepped
    window series as (partition by la_code, measure_code, phase order by month)
),

side_run as (
    select
        la_code, measure_code, phase, side_stretch, any_value(side) as side, count(*) as months,
        min(month) as first_month, max(month) as last_month
    from stretched
    where side is not null
    group by la_code, measure_code, phase, side_stretch
),

step_run as (
    -- The month that the first step was taken from is the first of the trend.
    select
        la_code, measure_code, phase, any_value(step) as step, count(*) + 1 as months,
        (min(month) - interval 1 month)::date as first_month, max(month) as last_month
    from stretched
    where step is not null
    group by la_code, measure_code, phase, step_stretch
),

near_limit as (
    -- Beyond the warning, not beyond the limit. The three months of which two are so lie in one stretch, which must
    -- therefore have three.
    select
        la_code, measure_code, phase, side, month, side_stretch,
        lag(month) over stretch >= month - interval 2 month as follows_one,
        lead(month) over stretch <= month + interval 2 month as leads_to_one
    from stretched
    inner join side_run using (la_code, measure_code, phase, side_stretch, side)
    where is_beyond_warning and not is_beyond_limits and months >= 3
    window stretch as (partition by la_code, measure_code, phase, side_stretch order by month)
),

pair as (
    select
        *, count(*) filter (follows_one is not true) over (
            partition by la_code, measure_code, phase order by month
        ) as pair_number
    from near_limit
    where follows_one or leads_to_one
),

signal as (
    select
        la_code, measure_code, month, 'beyond_limits' as rule, side as direction, month as first_month,
        month as last_month
    from point
    where is_beyond_limits
    union all
    select point.la_code, point.measure_code, point.month, 'run_of_8', side_run.side, first_month, last_month
    from point
    inner join side_run
        on side_run.la_code = point.la_code
        and side_run.measure_code = point.measure_code
        and point.month between side_run.first_month and side_run.last_month
    where side_run.months >= 8
    union all
    select point.la_code, point.measure_code, point.month, 'trend_of_6', step_run.step, first_month, last_month
    from point
    inner join step_run
        on step_run.la_code = point.la_code
        and step_run.measure_code = point.measure_code
        and point.month between step_run.first_month and step_run.last_month
    where step_run.months >= 6
    union all
    select
        la_code, measure_code, month, 'two_of_three', side, min(month) over one_pair, max(month) over one_pair
    from pair
    window one_pair as (partition by la_code, measure_code, phase, side_stretch, pair_number)
)

select
    signal.la_code, signal.measure_code, signal.month, signal.rule, signal.direction,
    case measure.polarity
        when 'higher_better' then signal.direction in ('above', 'rising')
        when 'lower_better' then signal.direction in ('below', 'falling')
    end as is_favourable,
    signal.first_month, signal.last_month
from signal
inner join measure using (measure_code)
