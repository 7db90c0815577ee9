-- One row per placement of a looked after child.
with
placement as (
    select
        la_code, extract_date, person_id, period_number, placement_number,
        min(decom) as start_date,
        case when count(*) = count(dec) then max(dec) end as end_date,
        first(placement_type order by episode_number) as first_type,
        first(is_set_aside order by episode_number) as is_first_set_aside
    from facts.placement_of_episode
    where is_in_placement
    group by la_code, extract_date, person_id, period_number, placement_number
)

select
    *,
    lag(start_date) over (partition by la_code, extract_date, person_id, period_number order by placement_number)
        as start_of_the_one_before
from placement
