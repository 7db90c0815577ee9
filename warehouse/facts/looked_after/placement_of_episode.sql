-- One row per episode of care, with the placement that the child is in: `placement_number` counts a child's placements.
-- A placement begins with the period of care or where the reason of an episode says so (S, P, B). A temporary one and one
-- of less than a day are none; after a temporary one the same type at the same (known) postcode is the same placement going
-- on, and a placement for adoption with the carer before (A3, A5) goes on too. `is_in_placement` is false of what is none:
-- the number is then that of the placement before it, and empty where there is none.
with
marked as (
    select
        *,
        row_number() over (partition by la_code, extract_date, person_id, period_number order by episode_number) = 1
        or coalesce(rne in ('S', 'P', 'B'), false) as begins
    from facts.care_episode
),

staying as (
    select
        *,
        sum(begins::int) over (partition by la_code, extract_date, person_id order by episode_number) as stay_number
    from marked
),

stay as (
    select
        la_code, extract_date, person_id, period_number, stay_number,
        min(decom) as start_date,
        first(placement_type order by episode_number) as first_type,
        first(placement_postcode order by episode_number) as first_postcode,
        last(placement_type order by episode_number) as last_type,
        last(placement_postcode order by episode_number) as last_postcode,
        coalesce(
            list_contains(
                any_value(setting.temporary_placements), first(placement_type order by episode_number)
            ),
            false
        ) as is_temporary,
        count(*) = count(dec) and max(dec) = min(decom) as is_brief
    from staying cross join reference.setting
    group by la_code, extract_date, person_id, period_number, stay_number
),

counted as (
    select
        *,
        not is_temporary and not is_brief as is_placement,
        sum(is_temporary::int) over (partition by la_code, extract_date, person_id order by stay_number)
            as temporary_stays
    from stay
),

compared as (
    select
        la_code, extract_date, person_id, stay_number,
        case
            when lag(stay_number) over period is null then false
            when first_type in ('A3', 'A5') then true
            else
                temporary_stays > lag(temporary_stays) over period
                and first_type is not distinct from lag(last_type) over period
                and coalesce(first_postcode = lag(last_postcode) over period, false)
        end as goes_on
    from counted
    where is_placement
    window period as (partition by la_code, extract_date, person_id, period_number order by stay_number)
),

placed as (
    select
        *,
        sum((not goes_on)::int) over (partition by la_code, extract_date, person_id order by stay_number)
            as placement_number
    from compared
),

placement as (
    select
        counted.la_code, counted.extract_date, counted.person_id, counted.stay_number, counted.is_placement,
        counted.start_date as stay_start_date,
        last_value(placed.placement_number ignore nulls) over (
            partition by counted.la_code, counted.extract_date, counted.person_id, counted.period_number
            order by counted.stay_number
            rows between unbounded preceding and current row
        ) as placement_number
    from counted
    left join placed using (la_code, extract_date, person_id, stay_number)
)

select
    staying.la_code,
    staying.extract_date,
    staying.person_id,
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
inner join placement using (la_code, extract_date, person_id, stay_number)
