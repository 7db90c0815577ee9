-- One row per authority, measure and month of a series: one sentence about its level as known at that month, and whether
-- it says anything new.
-- Reads spc_point and measure. Why each rule: docs/decisions/0009-signals.md.
with
point as (
    select
        spc_point.*,
        lag(value) over months as value_before,
        first_value(value) over (months range between interval 12 month preceding and interval 12 month preceding)
            as value_year_before,
        if(value is null, 0, if(chart = 'p_prime', numerator, value)) as own_amount,
        if(value is null, 0, if(chart = 'p_prime', denominator, 1)) as own_weight,
        sum(own_amount) over months as amount,
        sum(own_weight) over months as weight,
        lag(phase) over months is distinct from phase as is_first_of_phase,
        lag(if(moving_since is null, null, direction)) over months as moving_before
    from spc_point
    window months as (partition by la_code, measure_code order by month)
),

phase as (
    select la_code, measure_code, phase, arg_max(centre, month) as centre
    from spc_point
    where phase is not null
    group by la_code, measure_code, phase
),

unusual as (
    -- Months of the last twelve that neither a new level nor a moving one explains, as far as known at the month.
    select
        point.la_code, point.measure_code, point.month,
        list({'month': past.month, 'direction': past.direction, 'value': past.value, 'before': past.value_before}
        order by past.month desc) as months
    from point
    inner join point as past
        on past.la_code = point.la_code
        and past.measure_code = point.measure_code
        and past.month between point.month - interval 11 month and point.month
    where
        past.rule = 'beyond_limits'
        and past.moving_since is null
        and (point.rebased_on is null or past.month < point.since or past.month >= point.rebased_on)
        and (point.moving_since is null or past.month < point.moving_since)
    group by all
),

flow as (
    -- A lasting change of what comes or goes hardly shows in a stock: its flows are judged as counts of their own.
    select
        stock.la_code, stock.measure_code,
        string_agg(lower(measure.title[1]) || measure.title[2:], ' and ' order by flow_of.number)
        || ' are watched separately' as said
    from (select distinct la_code, measure_code from spc_point where chart = 'xmr_of_change') as stock
    inner join (
        values
        ('children_on_plan', 1, 'plans_started'), ('children_on_plan', 2, 'plans_ended'),
        ('child_protection_plan_rate', 1, 'plans_started'), ('child_protection_plan_rate', 2, 'plans_ended'),
        ('looked_after_children', 1, 'entries_to_care'), ('looked_after_children', 2, 'exits_from_care'),
        ('looked_after_rate', 1, 'entries_to_care'), ('looked_after_rate', 2, 'exits_from_care')
    ) as flow_of (stock_code, number, flow_code) on flow_of.stock_code = stock.measure_code
    inner join (select distinct la_code, measure_code from spc_point where chart = 'c_prime') as judged
        on judged.la_code = stock.la_code and judged.measure_code = flow_of.flow_code
    inner join measure on measure.measure_code = flow_of.flow_code
    group by stock.la_code, stock.measure_code
),

said as (
    select
        point.la_code, point.measure_code, point.month, point.chart, point.assessment, point.rule, point.direction,
        point.since, point.rebased_on, point.is_recorded, point.centre, point.value, point.value_year_before,
        point.moving_since, before.centre as centre_before, unusual.months as unusual,
        -- What the level has been since it is moving.
        if(point.chart = 'p_prime', 100, 1) * (point.amount - since.amount + since.own_amount)
        / nullif(point.weight - since.weight + since.own_weight, 0) as average,
        -- Of a rate of a month end the change of the children is judged, and told in the unit of the rate.
        before.centre * if(measure.kind = 'rate_of_snapshot', point.value / nullif(point.numerator, 0), 1) as pace_before,
        paced.value_before as value_paced_from,
        (point.value - paced.value_before) / (date_diff('month', point.since, point.month) + 1) as pace,
        before.phase is not null and point.is_first_of_phase and not point.is_recorded as is_new_level,
        point.moving_since is not null and point.moving_before is distinct from point.direction as is_newly_moving,
        point.rule = 'beyond_limits' and point.moving_since is null as is_unusual,
        measure.polarity, measure.decimal_places,
        case
            when starts_with(measure.kind, 'share') and contains(point.measure_code, 'timeliness') then 'Timeliness'
            when starts_with(measure.kind, 'share') and measure.polarity = 'higher_better' then 'Performance'
            when starts_with(measure.kind, 'share') or measure.kind = 'distinct_children' then 'The percentage'
            when starts_with(measure.kind, 'rate') then 'The rate'
            when starts_with(measure.kind, 'average') then 'The average'
            when measure.kind = 'median' then 'The median'
            else 'The number'
        end as noun,
        if(starts_with(measure.kind, 'share') or measure.kind = 'distinct_children', '%', '') as sign,
        since.value_before as value_moved_from,
        if(point.chart in ('p_prime', 'c_prime'), ' a month', '') as each,
        flow.said as flows
    from point
    inner join measure on measure.measure_code = point.measure_code
    left join phase as before
        on before.la_code = point.la_code
        and before.measure_code = point.measure_code
        and before.phase = point.phase - 1
    left join point as since
        on since.la_code = point.la_code
        and since.measure_code = point.measure_code
        and since.month = point.moving_since
    left join point as paced
        on paced.la_code = point.la_code
        and paced.measure_code = point.measure_code
        and paced.month = point.since
    left join unusual
        on unusual.la_code = point.la_code
        and unusual.measure_code = point.measure_code
        and unusual.month = point.month
    left join flow on flow.la_code = point.la_code and flow.measure_code = point.measure_code
),

phrased as (
    select
        *,
        if(direction = 'above', 'higher', 'lower') as way,
        said_as(centre, centre_before, decimal_places, sign) as level,
        said_as(centre_before, centre, decimal_places, sign) as level_before,
        said_as(value, null, decimal_places, sign) as figure,
        list_transform(
            unusual[:3],
            lambda one: if(
                chart = 'xmr_of_change',
                'it ' || if(one.direction = 'above', 'rose', 'fell') || ' unusually in ' || month_name_of(one.month)
                || ' (from ' || said_as(one.before, one.value, decimal_places, sign) || ' to '
                || said_as(one.value, one.before, decimal_places, sign) || ')',
                month_name_of(one.month) || ' was unusually ' || if(one.direction = 'above', 'high', 'low') || ' ('
                || said_as(one.value, null, decimal_places, sign) || ')'
            )
        ) as exceptions
    from said
)

select
    la_code, measure_code, month,
    case
        when value is null and noun = 'The rate' then 'There is no rate, because no population is known'
        when assessment = 'no_cases' then 'There was nothing to measure in the month'
        when assessment = 'too_few_months' then 'There are too few months yet to say what is usual'
        when chart = 'xmr_of_change' then
            noun || ' was ' || figure
            || coalesce(', against ' || said_as(value_year_before, null, decimal_places, sign) || ' a year before', '')
            || case
                when moving_since is not null then
                    '; since ' || month_name_of(moving_since) || ' it has '
                    || if(value > value_moved_from, 'risen', 'fallen') || ' by '
                    || if((value > value_moved_from) = (direction = 'above'), 'more', 'less') || ' than usual (from '
                    || said_as(value_moved_from, value, decimal_places, sign) || ' to '
                    || said_as(value, value_moved_from, decimal_places, sign) || ')'
                when centre_before is not null and not is_recorded then
                    coalesce(
                        '; since ' || month_name_of(since) || ' it has '
                        || if(
                            is_still(pace, decimal_places),
                            'hardly changed (',
                            if(pace > 0, 'risen from ', 'fallen from ')
                            || said_as(value_paced_from, value, decimal_places, sign) || ' to '
                            || said_as(value, value_paced_from, decimal_places, sign) || ' ('
                            || pace(pace, pace_before, decimal_places, sign) || '; '
                        )
                        || 'before, it '
                        || if(
                            is_still(pace_before, decimal_places),
                            'hardly changed)',
                            if(pace_before > 0, 'rose by ', 'fell by ')
                            || pace(pace_before, pace, decimal_places, sign) || ')'
                        ),
                        ''
                    )
                when exceptions is null then '; from month to month it has moved as it usually does'
                else ''
            end
        when moving_since is not null then
            noun || ' has been ' || way || ' since ' || month_name_of(moving_since) || ' ('
            || said_as(average, centre, decimal_places, sign) || each || ', against '
            || said_as(centre, average, decimal_places, sign) || ' before)'
        when is_recorded then
            noun || ' has varied around ' || level || ' since the change recorded for ' || month_name_of(since)
        when centre_before is not null then
            noun || if(centre > centre_before, ' rose', ' fell') || ' to a new level in ' || month_name_of(since)
            || ' (about ' || level || ', from about ' || level_before || ') and has stayed there'
        else noun || ' has varied around ' || level || ' since ' || month_name_of(since) || ', with no lasting change'
    end
    || if(value is null, '', coalesce('; ' || array_to_string(exceptions, '; '), ''))
    || if(chart = 'xmr_of_change' and assessment = 'judged' and value is not null, coalesce('; ' || flows, ''), '') || '.' as sentence,
    value is not null and coalesce(is_new_level or is_newly_moving or is_unusual, false) as is_news
from phrased
