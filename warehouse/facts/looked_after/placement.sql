-- One row per placement of a looked after child.
with
placement as (
    select
        child_number, period_number, placement_number,
        min(decom) as start_date,
        case when count(*) = count(dec) then max(dec) end as end_date,
        arg_min({'type': placement_type, 'is_set_aside': is_set_aside}, episode_number) as first
    from facts.placement_of_episode
    where is_in_placement
    group by child_number, period_number, placement_number
)

select
    child_number,
    period_number,
    placement_number,
    start_date,
    end_date,
    first.type as first_type,
    first.is_set_aside as is_first_set_aside,
    lag(start_date) over (partition by child_number, period_number order by placement_number) as start_of_the_one_before
from placement
