-- One row per authority, measure and signal, each said once: a level that is new (of a stock its pace), one that is
-- moving, a month that is unusual.
-- Reads spc_point and measure. Why each rule: docs/decisions/0009-signals.md.
with
phase as (
    select
        la_code, measure_code, phase, any_value(since) as since, any_value(rebased_on) as rebased_on,
        bool_or(is_recorded) as is_recorded, arg_max(centre, month) as centre, any_value(chart) as chart
    from spc_point
    where phase is not null
    group by la_code, measure_code, phase
),

new_level as (
    select
        la_code, measure_code, since, rebased_on, was, centre, chart,
        if(centre > was, 'above', 'below') as direction
    from (select *, lag(centre) over (partition by la_code, measure_code order by phase) as was from phase) as followed
    where not is_recorded and rebased_on is not null
),

numbered as (
    select *, row_number() over (partition by la_code, measure_code order by month) as number
    from (
        select *, lag(value) over (partition by la_code, measure_code order by month) as value_before from spc_point
    ) as followed
    where judged is not null
),

marked as (
    -- What a new level explains is said with it.
    select
        *, number - row_number() over (partition by la_code, measure_code, phase, direction order by month) as stretch
    from numbered
    where
        rule is not null
        and not exists (
            from new_level
            where
                new_level.la_code = numbered.la_code
                and new_level.measure_code = numbered.measure_code
                and numbered.month >= new_level.since
                and numbered.month < new_level.rebased_on
                and numbered.direction = new_level.direction
        )
),

stretch as (
    select
        la_code, measure_code, phase, direction, stretch,
        arg_max(moving_since, month) filter (moving_since is not null) as moving_since, min(month) as first_month,
        max(month) as last_month
    from marked
    group by la_code, measure_code, phase, direction, stretch
),

moving as (
    select
        stretch.la_code, stretch.measure_code, stretch.direction, stretch.moving_since, stretch.first_month,
        stretch.last_month,
        any_value(point.centre) as centre,
        arg_min(point.value_before, point.month) as value_before, arg_max(point.value, point.month) as last_value,
        any_value(point.chart) as chart,
        if(
            any_value(point.chart) = 'p_prime', 100 * sum(point.numerator) / nullif(sum(point.denominator), 0),
            avg(point.value order by point.month)
        ) as average
    from stretch
    inner join numbered as point
        on point.la_code = stretch.la_code
        and point.measure_code = stretch.measure_code
        and point.month between stretch.moving_since and stretch.last_month
    group by all
),

signal as (
    select
        la_code, measure_code, if(chart = 'xmr_of_change', 'new_pace', 'new_level') as kind, 'stable_shift' as rule, direction, since,
        since as first_month, (rebased_on - interval 1 month)::date as last_month, was as "from", centre as "to"
    from new_level
    union all
    select
        la_code, measure_code, 'moving', 'ewma', direction, moving_since, first_month, last_month,
        if(chart = 'xmr_of_change', value_before, centre), if(chart = 'xmr_of_change', last_value, average)
    from moving
    union all
    select
        la_code, measure_code, 'unusual_month', 'beyond_limits', direction, month, month, month,
        if(chart = 'xmr_of_change', value_before, centre), value
    from marked
    inner join stretch using (la_code, measure_code, phase, direction, stretch)
    where stretch.moving_since is null
)

select
    signal.la_code, signal.measure_code, signal.kind, signal.rule, signal.direction,
    case measure.polarity
        when 'higher_better' then signal.direction = 'above' when 'lower_better' then signal.direction = 'below'
    end as is_favourable,
    signal.since, signal.first_month, signal.last_month, signal."from", signal."to"
from signal
inner join measure using (measure_code)
