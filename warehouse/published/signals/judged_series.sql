-- One row per authority, measure and month of a series: what is judged of it, the recorded change it follows, and the
-- limits it was published with.
-- Reads series, spc_rebase and spc_published. Why each rule: docs/decisions/0009-signals.md.
with
charted as (
    -- Of a stock the change is judged, in children for a rate: its population steps once a year.
    select
        la_code, measure_code, month, numerator, denominator, value,
        case
            when contains(kind, 'snapshot') then 'xmr_of_change'
            when kind in ('share_of_events', 'distinct_children') then 'p_prime'
            when kind = 'count_of_events' then 'c_prime'
            when kind = 'median' then 'xmr'
        end as chart,
        if(kind = 'rate_of_snapshot', numerator, value) as level,
        -- What one case changes, or a working day of a median.
        case
            when kind in ('share_of_snapshot', 'average_of_snapshot')
                then if(kind = 'share_of_snapshot', 100, 1) / nullif(denominator, 0)
            when contains(kind, 'snapshot') or kind = 'median' then 1
            else 0
        end as least
    from series
),

followed as (
    select
        * exclude (level),
        if(
            chart = 'xmr_of_change',
            if(lag(month) over months = month - interval 1 month, level - lag(level) over months, null),
            level
        ) as judged
    from charted
    where chart is not null
    window months as (partition by la_code, measure_code order by month)
),

changed as (
    select followed.*, spc_rebase.month as recorded
    from followed
    asof left join spc_rebase
        on spc_rebase.la_code = followed.la_code
        and spc_rebase.measure_code = followed.measure_code
        and spc_rebase.month <= followed.month
),

published as (
    select la_code, measure_code, month, {
        'chart': chart, 'since': since, 'rebased_on': rebased_on, 'is_recorded': is_recorded, 'centre': centre,
        'spread': spread, 'lower_limit': lower_limit, 'upper_limit': upper_limit
    } as was
    from spc_published
    where lower_limit is not null
),

kept as (
    -- Limits are kept as published, but a recorded change goes before them, and so does one that is recorded no longer.
    select
        changed.*,
        if(
            was.chart = chart
            and (recorded is null or was.since > recorded or was.is_recorded)
            and (not was.is_recorded or was.since = recorded),
            was, null
        ) as was
    from changed
    left join published using (la_code, measure_code, month)
)

select
    la_code, measure_code, month, chart, numerator, denominator, value, judged, recorded,
    coalesce(least, 1)::double as least,
    row_number() over (order by la_code, measure_code, month) as place,
    dense_rank() over (order by la_code, measure_code) as series_number,
    was.since, was.rebased_on, was.is_recorded as was_recorded, was.centre, was.spread, was.lower_limit, was.upper_limit
from kept
order by place
