-- One row per month of judged_series that has something to judge, in order.
select
    place, month, numerator, denominator, judged, least,
    chart = 'p_prime' as is_share, chart = 'c_prime' as is_count, chart = 'xmr_of_change' as is_change,
    series_number is distinct from lag(series_number) over places as is_series,
    is_series or lag(recorded) over places is distinct from recorded as is_first,
    recorded is not null as has_recorded, since is not null as is_published, since, coalesce(rebased_on, since) as held_from,
    centre, spread, lower_limit, upper_limit
from judged_series
where judged is not null
window places as (order by place)
order by place
