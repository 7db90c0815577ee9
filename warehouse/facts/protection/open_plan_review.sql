-- One row per child on a child protection plan on the extract date: the review that is due next.
with
last_due as (
    select
        on_plan.la_code, on_plan.extract_date, on_plan.person_id, on_plan.record_id, on_plan.table_name,
        on_plan.row_number, on_plan.referral_team, plan_review_due.from_date as clock_start, plan_review_due.due_date
    from facts.child_on_plan as on_plan
    inner join facts.plan_review_due on
        plan_review_due.la_code = on_plan.la_code
        and plan_review_due.extract_date = on_plan.extract_date
        and plan_review_due.person_id = on_plan.person_id
        and plan_review_due.next_review_date is null
        and case
            when plan_review_due.is_first then plan_review_due.from_date = on_plan.plan_start_date
            else plan_review_due.from_date > on_plan.plan_start_date
        end
    where on_plan.event_date = on_plan.extract_date
)

select
    last_due.la_code,
    last_due.extract_date,
    'plan_review_timeliness' as measure_code,
    last_due.person_id,
    last_due.record_id,
    last_due.clock_start,
    last_due.due_date,
    greatest(seen.working_day_number - started.working_day_number, 0) as working_days_elapsed,
    due.working_day_number - seen.working_day_number as working_days_left,
    last_due.extract_date > last_due.due_date as is_overdue,
    coalesce(case_holder.team, last_due.referral_team) as team,
    case_holder.worker,
    last_due.table_name,
    last_due.row_number
from last_due
left join reference.calendar as started on started.date = last_due.clock_start
    and started.calendar_number = calendar_of(last_due.la_code)
left join reference.calendar as seen on seen.date = last_due.extract_date
    and seen.calendar_number = calendar_of(last_due.la_code)
left join reference.calendar as due on due.date = last_due.due_date
    and due.calendar_number = calendar_of(last_due.la_code)
left join facts.case_holder using (la_code, extract_date, person_id)
