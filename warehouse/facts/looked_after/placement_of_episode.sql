-- One row per episode of care, with the placement that the child is in: `placement_number` counts a child's placements.
-- A placement begins with the period of care or where the reason of an episode says so (S, P, B). A temporary one and
-- one of less than a day are none; after a temporary one the same type at the same known postcode is the same placement
-- going on, and a placement for adoption with the carer before (A3, A5) goes on too. `is_in_placement` is false of what
-- is none: the number is then that of the placement before it, and empty where there is none.
with
judged as (
    select
        care_episode.*,
        coalesce(list_contains(setting.temporary_placements, care_episode.placement_type), false) as is_temporary
    from facts.care_episode
    cross join reference.setting
),

-- Going into a temporary placement and out of it begins one whatever the reason says.
marked as (
    select
        *,
        coalesce(rne in ('S', 'P', 'B'), false)
        or is_temporary is distinct from lag(is_temporary) over (
            partition by child_number, period_number order by episode_number
        ) as begins
    from judged
),

staying as (
    select *, sum(begins::int) over (partition by child_number order by episode_number) as stay_number from marked
),

stay as (
    select
        child_number, period_number, stay_number,
        min(decom) as start_date,
        count(*) = count(dec) and max(dec) = min(decom) as is_brief,
        any_value(is_temporary) as is_temporary,
        arg_min({'type': placement_type, 'postcode': placement_postcode}, episode_number) as first,
        arg_max({'type': placement_type, 'postcode': placement_postcode}, episode_number) as last
    from staying
    group by child_number, period_number, stay_number
),

counted as (
    select
        *,
        sum(is_temporary::int) over (partition by child_number order by stay_number) as temporary_stays
    from stay
),

compared as (
    select
        child_number, stay_number,
        case
            when lag(stay_number) over period is null then false
            when first.type in ('A3', 'A5') then true
            else
                temporary_stays > lag(temporary_stays) over period
                and first.type is not distinct from lag(last.type) over period
                and coalesce(first.postcode = lag(last.postcode) over period, false)
        end as goes_on
    from counted
    where not is_temporary and not is_brief
    window period as (partition by child_number, period_number order by stay_number)
),

placed as (
    select *, sum((not goes_on)::int) over (partition by child_number order by stay_number) as placement_number
    from compared
),

placement as (
    select
        counted.child_number, counted.stay_number,
        not counted.is_temporary and not counted.is_brief as is_placement,
        counted.start_date as stay_start_date,
        last_value(placed.placement_number ignore nulls) over (
            partition by counted.child_number, counted.period_number
            order by counted.stay_number
            rows between unbounded preceding and current row
        ) as placement_number
    from counted
    left join placed using (child_number, stay_number)
)

select
    staying.child_number,
    staying.period_number,
    staying.episode_number,
    staying.decom,
    staying.dec,
    staying.placement_type,
    staying.is_set_aside,
    placement.placement_number::int as placement_number,
    placement.is_placement as is_in_placement,
    placement.stay_start_date
from staying
inner join placement using (child_number, stay_number)
