-- One row per referral that MASH decided or has yet to decide, with both of its clocks.
with
referral as (
    select
        referral.*,
        -- A moment at midnight is a day without a time. Where more than one in twenty is, hours cannot be trusted.
        avg((coalesce(referral.received_at, referral.recorded_at)::time = time '00:00')::int)
            over (partition by referral.la_code, referral.extract_date) <= 0.05 as has_times
    from staged.referral semi join raw.run_extract using (la_code, extract_date)
    where referral.status is null or referral.status not in (select status from reference.status where is_void)
),

timed as (
    select
        referral.*,
        coalesce(referral.received_at, referral.recorded_at) as started_at,
        case
            when referral.status in (select status from reference.status) then null
            else referral.mash_completed_at
        end as decided_at
    from referral
)

select
    timed.la_code,
    timed.extract_date,
    'mash_decision' as event,
    timed.person_id,
    timed.referral_id as record_id,
    timed.started_at::date as clock_start,
    timed.recorded_at::date as other_clock_start,
    timed.decided_at::date as event_date,
    case
        when setting.mash_month_by = 'received' then coalesce(timed.started_at, timed.decided_at)::date
        else timed.decided_at::date
    end as month_date,
    1 as standard,
    timed.decided_at is null and timed.closure_date is null as is_open,
    setting.mash_month_by = 'received' as counts_when_overdue,
    case
        when timed.decided_at < timed.started_at or not timed.has_times then null
        when setting.mash_clock = 'strict_24h'
        then epoch(timed.decided_at at time zone 'Europe/London') - epoch(timed.started_at at time zone 'Europe/London')
            <= 24 * 3600
        when setting.mash_clock = 'working_hours'
        then
            open_seconds(timed.decided_at, decided.working_day_number, decided.is_working_day)
            - open_seconds(timed.started_at, started.working_day_number, started.is_working_day)
            <= setting.mash_working_hours * 3600
    end as is_in_time_by_hours,
    timed.team,
    timed.worker,
    'referral' as table_name,
    timed.row_number
from timed
cross join reference.setting
left join reference.calendar as started on started.date = timed.started_at::date
left join reference.calendar as decided on decided.date = timed.decided_at::date
