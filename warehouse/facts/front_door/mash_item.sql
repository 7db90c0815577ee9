-- One row per child and referral (or contact, where MASH screens contacts) that MASH decided or has yet to decide, with
-- its clock.
with
item as (
    select
        referral.la_code, referral.extract_date, referral.person_id, referral.referral_id as record_id,
        referral.received_at, referral.recorded_at, referral.mash_completed_at, referral.referral_date,
        referral.closure_date, referral.status, referral.referral_source, referral.team, referral.worker,
        'referral' as table_name, referral.row_number
    from staged.referral cross join reference.setting
    where setting.mash_unit = 'referral' and is_real(referral.status)
    union all by name
    -- A contact about an open case goes to its worker, not to MASH. A contact has no closure: one whose outcome is
    -- known is not waited for where the time of the decision was not recorded.
    select
        contact.la_code, contact.extract_date, contact.person_id, contact.contact_id as record_id,
        contact.received_at, contact.recorded_at, contact.mash_completed_at, null::date as referral_date,
        case
            when contact.outcome is not null and contact.mash_completed_at is null and is_done(contact.status)
            then coalesce(contact.received_at::date, contact.recorded_at::date, contact.extract_date)
        end as closure_date,
        contact.status, contact.source as referral_source, contact.team, contact.worker,
        'contact' as table_name, contact.row_number
    from staged.contact cross join reference.setting
    where
        setting.mash_unit = 'contact'
        and is_real(contact.status)
        and contact.mash_flag is distinct from false
        and contact.outcome is distinct from 'EXISTING_REFERRAL'
),

timed as (
    select
        item.*,
        coalesce(item.received_at, item.recorded_at) as started_at,
        case when is_done(item.status) then item.mash_completed_at end as decided_at,
        -- A moment at midnight is a day without a time. Where more than one in twenty is, hours cannot be trusted.
        avg((coalesce(item.received_at, item.recorded_at)::time = time '00:00')::int)
            over (partition by item.la_code, item.extract_date) <= 0.05 as has_times
    from item
),

numbered as (
    select
        timed.*,
        timed.started_at::date as clock_start,
        timed.decided_at::date as event_date,
        coalesce(timed.started_at::date, timed.referral_date) as begun_date,
        standard.days as standard,
        counted_from(started.working_day_number, started.is_working_day, setting.nonworking_start) as start_number,
        decided.working_day_number as decided_number,
        seen.working_day_number as extract_number,
        setting.mash_month_by,
        setting.missing_start,
        case
            when timed.decided_at < timed.started_at or not timed.has_times then null
            when setting.mash_clock = 'strict_24h'
            then
                epoch(timed.decided_at at time zone 'Europe/London')
                - epoch(timed.started_at at time zone 'Europe/London') <= 24 * 3600
            when setting.mash_clock = 'working_hours'
            then
                open_seconds(timed.decided_at, decided.working_day_number, decided.is_working_day)
                - open_seconds(timed.started_at, started.working_day_number, started.is_working_day)
                <= setting.mash_working_hours * 3600
        end as is_in_time_by_hours
    from timed
    cross join reference.setting
    left join reference.calendar as started on started.date = timed.started_at::date
        and started.calendar_number = calendar_of(timed.la_code)
    left join reference.calendar as decided on decided.date = timed.decided_at::date
        and decided.calendar_number = calendar_of(timed.la_code)
    left join reference.calendar as seen on seen.date = timed.extract_date
        and seen.calendar_number = calendar_of(timed.la_code)
    asof left join reference.standard on
        standard.clock = 'mash_timeliness'
        and coalesce(timed.decided_at::date, timed.extract_date) >= standard.valid_from
),

counted as (
    select
        numbered.*,
        case when event_date >= clock_start then greatest(decided_number - start_number, 0) end as working_days,
        greatest(extract_number - start_number, 0) as working_days_elapsed,
        clock_start is null as is_start_missing
    from numbered
)

select
    counted.la_code,
    counted.extract_date,
    date_trunc(
        'month',
        case
            when counted.mash_month_by = 'received' then coalesce(counted.clock_start, counted.event_date)
            else counted.event_date
        end
    )::date as month,
    counted.person_id,
    counted.record_id,
    counted.begun_date,
    counted.clock_start,
    counted.event_date,
    working_day.date as due_date,
    counted.closure_date,
    counted.working_days,
    counted.working_days_elapsed,
    counted.standard,
    coalesce(counted.is_in_time_by_hours, counted.working_days <= counted.standard, false) as is_in_time,
    -- Counted by month of receipt, what is not decided and past its day is late, closed or not.
    (
        counted.event_date is not null
        or counted.mash_month_by = 'received' and counted.working_days_elapsed > counted.standard
    )
    and (counted.missing_start = 'fail' or not counted.is_start_missing) as is_counted,
    counted.is_start_missing,
    case
        when coalesce(counted.is_in_time_by_hours, counted.working_days <= counted.standard) then null
        when counted.working_days <= counted.standard then 'Later than the hours allowed'
        else why_not_in_time(counted.clock_start, counted.event_date, counted.working_days, counted.standard)
    end as reason,
    coalesce(counted.event_date, counted.clock_start) as attribute_date,
    counted.referral_source,
    counted.team,
    counted.worker,
    counted.table_name,
    counted.row_number
from counted
left join reference.working_day on working_day.working_day_number = counted.start_number + counted.standard
    and working_day.calendar_number = calendar_of(counted.la_code)
