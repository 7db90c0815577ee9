-- One row per child and month end looked after without a break for twelve months: the latest completed health
-- assessment, the one before it, the latest dental check, and what was said last of immunisations.
with
event as (
    select child.child_number, cla_health.type, cla_health.status, cla_health.row_number, cla_health.event_date
    from staged.cla_health
    inner join facts.child_in_care as child using (la_code, extract_date, person_id)
),

assessment as (
    select
        child_number, event_date,
        if(count(*) > 1, event_date, lag(event_date) over (partition by child_number order by event_date))
            as event_date_before
    from event
    where type = 'HEALTH_ASSESSMENT' and status = 'COMPLETED' and event_date is not null
    group by child_number, event_date
),

dental_check as (
    select distinct child_number, event_date
    from event
    where type = 'DENTAL_CHECK' and status = 'COMPLETED' and event_date is not null
),

-- Of several statements of a day, or without one, the last in the file counts.
said as (
    select child_number, event_date, arg_max(coalesce(status, ''), row_number) = 'UP_TO_DATE' as is_up_to_date
    from event
    where type = 'IMMUNISATIONS' and coalesce(status not in ('PLANNED', 'CANCELLED'), true)
    group by child_number, event_date
),

immunisation as (from said where event_date is not null),

-- What was said without a day is as things are now.
said_now as (from said where event_date is null),

child as (
    select
        child_number, case_number, snapshot_date,
        snapshot_date >= (date_trunc('month', extract_date + 1) - interval 1 day)::date as is_now
    from facts.looked_after_at_month_end
    where period_start_date <= twelve_months_before + 1
)

select
    child.case_number,
    assessment.event_date as assessed_on,
    assessment.event_date_before as assessed_before,
    dental_check.event_date as dental_checked_on,
    coalesce(immunisation.is_up_to_date, if(child.is_now, said_now.is_up_to_date, null)) as is_immunised
from child
left join said_now using (child_number)
asof left join assessment on
    assessment.child_number = child.child_number and assessment.event_date <= child.snapshot_date
asof left join dental_check on
    dental_check.child_number = child.child_number and dental_check.event_date <= child.snapshot_date
asof left join immunisation on
    immunisation.child_number = child.child_number and immunisation.event_date <= child.snapshot_date
