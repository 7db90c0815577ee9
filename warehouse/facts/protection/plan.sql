-- One row per child and child protection plan of ours, with the day from which it is ours and whether the child had a
-- plan before.
with
-- A plan that came with a child is ours from the day of our conference: the transfer-in conference that it names, or
-- the child's first conference since it began, where that is one and the plan was still open.
own_plan as (
    select cp_plan.*
    from staged.cp_plan
    where not coalesce(ola_plan, false) and not coalesce(temporary, false)
),

first_conference as (
    select la_code, extract_date, person_id, icpc_id, icpc_date, is_transfer_in, notification_date
    from facts.conference_held
),

transfer_to_come as (
    select la_code, extract_date, person_id, max(icpc_id) as icpc_id, max(notification_date) as notification_date
    from facts.conference_entry
    where is_to_be_held and is_transfer_in
    group by la_code, extract_date, person_id
),

linked as (
    select
        own_plan.*,
        case
            when named.is_transfer_in then named.icpc_id
            when first_conference.is_transfer_in and coalesce(own_plan.end_date >= first_conference.icpc_date, true)
            then first_conference.icpc_id
            when first_conference.icpc_id is null and own_plan.end_date is null then transfer_to_come.icpc_id
        end as transfer_icpc_id,
        case
            when named.is_transfer_in then if(named.is_held, named.icpc_date, null)
            else first_conference.icpc_date
        end as transfer_icpc_date,
        case
            when named.is_transfer_in then named.notification_date
            else coalesce(first_conference.notification_date, transfer_to_come.notification_date)
        end as transfer_notification_date
    from own_plan
    left join facts.conference_entry as named
        on named.la_code = own_plan.la_code
        and named.extract_date = own_plan.extract_date
        and named.person_id = own_plan.person_id
        and named.icpc_id = own_plan.icpc_id
        and named.is_transfer_in
        and (named.is_held or named.is_to_be_held)
    asof left join first_conference
        on first_conference.la_code = own_plan.la_code
        and first_conference.extract_date = own_plan.extract_date
        and first_conference.person_id = own_plan.person_id
        and own_plan.start_date <= first_conference.icpc_date
    left join transfer_to_come
        on transfer_to_come.la_code = own_plan.la_code
        and transfer_to_come.extract_date = own_plan.extract_date
        and transfer_to_come.person_id = own_plan.person_id
),

dated as (
    select
        linked.*,
        case
            when transfer_icpc_id is null then start_date
            when transfer_icpc_date is not null then greatest(start_date, transfer_icpc_date)
        end as our_start_date
    from linked
),

-- Every plan of a child with the day on which it began: another authority's and those set aside for another cell
-- included.
every_plan as (
    select
        plan.la_code, plan.extract_date, plan.person_id, plan.cp_plan_id, plan.end_date,
        coalesce(plan.ola_plan, false) or coalesce(plan.temporary, false) as is_other,
        case when dated.cp_plan_id is null then plan.start_date else dated.our_start_date end as start_date
    from staged.cp_plan as plan
    left join dated using (la_code, extract_date, cp_plan_id, person_id)
    union all
    select
        la_code, extract_date, person_id, cp_plan_id, end_date,
        coalesce(ola_plan, false) or coalesce(temporary, false), start_date
    from staged.cp_plan_aside
    anti join staged.cp_plan using (la_code, extract_date, cp_plan_id, person_id)
    where start_date is not null and person_id is not null
),

-- The plan of the authority that a child came from is the same plan, not an earlier one.
earlier as (
    select
        dated.la_code, dated.extract_date, dated.person_id, dated.cp_plan_id,
        max(every_plan.start_date) as earlier_start_date
    from dated
    inner join every_plan
        on every_plan.la_code = dated.la_code
        and every_plan.extract_date = dated.extract_date
        and every_plan.person_id = dated.person_id
        and every_plan.start_date < dated.our_start_date
    where
        not (
            dated.transfer_icpc_id is not null
            and every_plan.is_other
            and coalesce(every_plan.end_date >= coalesce(dated.transfer_notification_date, dated.our_start_date), true)
        )
    group by dated.la_code, dated.extract_date, dated.person_id, dated.cp_plan_id
)

select
    dated.la_code,
    dated.extract_date,
    dated.person_id,
    dated.cp_plan_id,
    dated.icpc_id,
    dated.start_date,
    dated.our_start_date,
    dated.end_date,
    dated.transfer_icpc_id,
    dated.number_previous,
    earlier.earlier_start_date is not null as has_earlier_plan,
    earlier.earlier_start_date,
    dated.initial_category,
    dated.latest_category,
    referral.referral_source,
    referral.team as referral_team,
    dated.row_number
from dated
left join earlier using (la_code, extract_date, person_id, cp_plan_id)
left join staged.referral using (la_code, extract_date, referral_id, person_id)
