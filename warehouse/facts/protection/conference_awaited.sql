-- One row per enquiry that awaits or awaited a conference, and per transfer-in notified, with the day on which the
-- conference was held.
with
held_transfer as (
    select distinct la_code, extract_date, person_id, icpc_date
    from facts.conference_entry
    where is_held and is_used and is_transfer_in
),

-- A conference that was postponed and then held is one: the first held since the notification answers it. Without a
-- notification nothing says that two rows are one transfer.
transfer as (
    select
        entry.la_code, entry.extract_date, entry.person_id, entry.icpc_id, entry.notification_date, entry.referral_id,
        entry.row_number,
        case when entry.is_held then entry.icpc_date else held_transfer.icpc_date end as answered_date
    from facts.conference_entry as entry
    asof left join held_transfer on
        held_transfer.la_code = entry.la_code
        and held_transfer.extract_date = entry.extract_date
        and held_transfer.person_id = entry.person_id
        and coalesce(entry.notification_date, entry.planned_date, date '0001-01-01') <= held_transfer.icpc_date
    where entry.is_transfer_in and entry.is_used and (entry.is_held or entry.is_to_be_held)
    qualify
        row_number() over (
            partition by entry.la_code, entry.extract_date, entry.person_id, entry.notification_date,
                if(entry.notification_date is null, entry.row_number, null)
            order by entry.is_held desc, entry.icpc_date, entry.row_number desc
        ) = 1
),

awaited as (
    select
        la_code, extract_date, person_id, record_id, clock_start, answered_date, closure_date, referral_source,
        referral_team, referral_worker, table_name, row_number
    from facts.enquiry
    where is_conference_awaited
    union all by name
    select
        transfer.la_code, transfer.extract_date, transfer.person_id, transfer.icpc_id as record_id,
        transfer.notification_date as clock_start, transfer.answered_date, null::date as closure_date,
        referral.referral_source, referral.team as referral_team, referral.worker as referral_worker,
        'icpc' as table_name, transfer.row_number
    from transfer
    cross join reference.setting
    left join facts.referral using (la_code, extract_date, referral_id, person_id)
    where setting.icpc_transfer_in <> 'exclude'
)

select
    awaited.*,
    counted_from(started.working_day_number, started.is_working_day, setting.nonworking_start) as start_number
from awaited
cross join reference.setting
left join reference.calendar as started on started.date = awaited.clock_start
    and started.calendar_number = calendar_of(awaited.la_code)
