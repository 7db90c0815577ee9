-- One row per child and child protection plan of ours, with the day from which it is ours and whether the child had a
-- plan before.
with
own_plan as (
    select la_code, extract_date, person_id, cp_plan_id, referral_id, icpc_id, start_date, end_date, number_previous,
        initial_category, latest_category, row_number
    from staged.cp_plan
    where not coalesce(ola_plan, false) and not coalesce(temporary, false)
),

-- A day on which any conference of ours was held is no day of a transfer-in alone.
conference as (
    select
        held.la_code, held.extract_date, held.person_id, held.icpc_id, held.icpc_date, held.notification_date,
        bool_and(entry.is_transfer_in) as is_transfer_in,
        bool_and(entry.status is not distinct from 'ADJOURNED') as is_adjourned
    from facts.conference_held as held
    inner join facts.conference_entry as entry
        on entry.la_code = held.la_code
        and entry.extract_date = held.extract_date
        and entry.person_id = held.person_id
        and entry.icpc_date = held.icpc_date
        and entry.is_held
    group by all
),

-- A transfer-in that was still to be held while the plan was open.
to_come as (
    select
        own_plan.la_code, own_plan.extract_date, own_plan.person_id, own_plan.cp_plan_id,
        max(entry.notification_date) as notification_date
    from own_plan
    inner join facts.conference_entry as entry
        on entry.la_code = own_plan.la_code
        and entry.extract_date = own_plan.extract_date
        and entry.person_id = own_plan.person_id
        and entry.is_transfer_in
        and entry.is_to_be_held
        and coalesce(entry.planned_date, entry.icpc_date, date '9999-12-31') >= own_plan.start_date
        and coalesce(own_plan.end_date >= coalesce(entry.planned_date, entry.icpc_date, date '9999-12-31'), true)
    group by own_plan.la_code, own_plan.extract_date, own_plan.person_id, own_plan.cp_plan_id
),

-- A plan that came with a child is ours from the day of our conference, and not before one still to be held: the
-- transfer-in that the plan names, or the child's first conference while it was open, where that is one.
linked as (
    select
        own_plan.*,
        case
            when named.icpc_id is not null then true
            when first.icpc_date <= coalesce(own_plan.end_date, first.icpc_date) then first.is_transfer_in
            else to_come.cp_plan_id is not null
        end as is_transferred,
        case
            -- One that was put off, or adjourned, was held when the next transfer-in was.
            when named.icpc_id is not null
            then
                case
                    when named.is_held and named.status is distinct from 'ADJOURNED' then named.icpc_date
                    else coalesce(held_transfer.icpc_date, case when named.is_held then named.icpc_date end)
                end
            when first.is_transfer_in and first.icpc_date <= coalesce(own_plan.end_date, first.icpc_date)
            then if(first.is_adjourned, coalesce(held_transfer.icpc_date, first.icpc_date), first.icpc_date)
        end as transfer_icpc_date,
        named.icpc_id is not null as is_transfer_named,
        coalesce(named.notification_date, first.notification_date, to_come.notification_date)
            as transfer_notification_date
    from own_plan
    left join facts.conference_entry as named
        on named.la_code = own_plan.la_code
        and named.extract_date = own_plan.extract_date
        and named.person_id = own_plan.person_id
        and named.icpc_id = own_plan.icpc_id
        and named.is_transfer_in
        and (named.is_held or named.is_to_be_held)
    asof left join conference as first
        on first.la_code = own_plan.la_code
        and first.extract_date = own_plan.extract_date
        and first.person_id = own_plan.person_id
        and own_plan.start_date <= first.icpc_date
    asof left join (
        select distinct la_code, extract_date, person_id, icpc_date
        from facts.conference_entry
        where is_held and is_transfer_in and status is distinct from 'ADJOURNED'
    ) as held_transfer
        on held_transfer.la_code = own_plan.la_code
        and held_transfer.extract_date = own_plan.extract_date
        and held_transfer.person_id = own_plan.person_id
        and coalesce(named.icpc_date, named.planned_date, named.notification_date, own_plan.start_date)
        <= held_transfer.icpc_date
    left join to_come
        on to_come.la_code = own_plan.la_code
        and to_come.extract_date = own_plan.extract_date
        and to_come.person_id = own_plan.person_id
        and to_come.cp_plan_id = own_plan.cp_plan_id
),

dated as (
    select
        linked.*,
        case
            when not is_transferred then start_date
            when transfer_icpc_date is not null then greatest(start_date, transfer_icpc_date)
        end as our_start_date,
        -- The conference that brought a plan from before the table is complete may have been cut off.
        is_transferred
        and (not is_transfer_named or transfer_icpc_date is null)
        and coalesce(start_date < coverage.complete_from, false) as is_history_missing
    from linked
    left join (from staged.coverage where table_name = 'icpc') as coverage using (la_code, extract_date)
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
    qualify is_last_row_of(cp_plan_id, start_date)
),

-- The plan of the authority that a child came from is the same plan, not an earlier one: one that went on until ours
-- began, or the transfer was notified.
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
            dated.is_transferred
            and every_plan.is_other
            and coalesce(
                every_plan.end_date
                >= least(dated.start_date, dated.our_start_date, dated.transfer_notification_date),
                true
            )
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
    dated.is_transferred,
    dated.is_history_missing,
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
left join facts.referral using (la_code, extract_date, referral_id, person_id)
