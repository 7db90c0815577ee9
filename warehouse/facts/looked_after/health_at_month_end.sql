-- One row per child and month end looked after without a break for twelve months: the latest completed health assessment,
-- the one before it, the latest dental check, and what was said last of immunisations.
with
event as (
    select
        child.child_number, cla_health.type, cla_health.status, cla_health.row_number,
        -- Said without a day, it is as things are now.
        if(
            cla_health.type = 'IMMUNISATIONS',
            coalesce(cla_health.event_date, (date_trunc('month', cla_health.extract_date + 1) - interval 1 day)::date),
            cla_health.event_date
        ) as event_date
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

-- Of several statements of a day the last in the file counts.
immunisation as (
    select child_number, event_date, arg_max(status, row_number) = 'UP_TO_DATE' as is_up_to_date
    from event
    where type = 'IMMUNISATIONS' and status not in ('PLANNED', 'CANCELLED')
    group by child_number, event_date
),

child as (
    select child_number, case_number, snapshot_date
    from facts.looked_after_at_month_end
    where period_start_date <= twelve_months_before + 1
)

select
    child.case_number,
    assessment.event_date as assessed_on,
    assessment.event_date_before as assessed_before,
    dental_check.event_date as dental_checked_on,
    immunisation.is_up_to_date as is_immunised
from child
asof left join assessment on
    assessment.child_number = child.child_number and assessment.event_date <= child.snapshot_date
asof left join dental_check on
    dental_check.child_number = child.child_number and dental_check.event_date <= child.snapshot_date
asof left join immunisation on
    immunisation.child_number = child.child_number and immunisation.event_date <= child.snapshot_date
