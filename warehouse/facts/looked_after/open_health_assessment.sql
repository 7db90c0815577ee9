-- One row per child looked after on the extract date: the health assessment that is due next. The first of a period of
-- care is due with its first review; then one every twelve months, under five every six.
with
assessed as (
    select
        child.la_code, child.extract_date, child.person_id, max(cla_health.event_date) as assessed_on
    from facts.looked_after_at_month_end as child
    inner join staged.cla_health using (la_code, extract_date, person_id)
    where
        child.snapshot_date = child.extract_date
        and cla_health.type = 'HEALTH_ASSESSMENT'
        and cla_health.status = 'COMPLETED'
        and cla_health.event_date >= child.period_start_date
    group by child.la_code, child.extract_date, child.person_id
),

timed as (
    select
        child.*,
        coalesce(assessed.assessed_on, child.period_start_date) as clock_start,
        case
            when assessed.assessed_on is null then coalesce(first_due.date, child.period_start_date + 28)
            when coalesce(not has_turned(5, child.birth_date, child.extract_date), false)
            then (assessed.assessed_on + interval 6 month)::date
            else (assessed.assessed_on + interval 12 month)::date
        end as due_date
    from facts.looked_after_at_month_end as child
    asof left join reference.standard on
        standard.clock = 'looked_after_review_first'
        and standard.valid_from <= child.period_start_date
    left join assessed using (la_code, extract_date, person_id)
    left join reference.calendar as period_day on period_day.date = child.period_start_date
        and period_day.calendar_number = calendar_of(child.la_code)
    left join reference.working_day as first_due on
        first_due.working_day_number = period_day.working_day_number + standard.days
        and first_due.calendar_number = period_day.calendar_number
    where child.snapshot_date = child.extract_date
)

select
    timed.la_code,
    timed.extract_date,
    'health_assessments' as measure_code,
    timed.person_id,
    timed.record_id,
    timed.clock_start,
    timed.due_date,
    seen.working_day_number - started.working_day_number as working_days_elapsed,
    due.working_day_number - seen.working_day_number as working_days_left,
    timed.due_date < timed.extract_date as is_overdue,
    case_holder.team,
    case_holder.worker,
    'cla_episode' as table_name,
    timed.row_number
from timed
left join facts.case_holder on
    case_holder.la_code = timed.la_code
    and case_holder.extract_date = timed.extract_date
    and case_holder.person_id = timed.person_id
left join reference.calendar as started on started.date = timed.clock_start
    and started.calendar_number = calendar_of(timed.la_code)
left join reference.calendar as seen on seen.date = timed.extract_date
    and seen.calendar_number = calendar_of(timed.la_code)
left join reference.calendar as due on due.date = timed.due_date
    and due.calendar_number = calendar_of(timed.la_code)
