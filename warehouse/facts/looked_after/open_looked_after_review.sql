-- One row per child looked after on the extract date: the review that is due next.
select
    child.la_code,
    child.extract_date,
    'looked_after_review_timeliness' as measure_code,
    child.person_id,
    child.record_id,
    review_due.clock_start,
    review_due.due_date,
    seen.working_day_number - started.working_day_number as working_days_elapsed,
    due.working_day_number - seen.working_day_number as working_days_left,
    review_due.due_date < child.extract_date as is_overdue,
    case_holder.team,
    case_holder.worker,
    'cla_episode' as table_name,
    child.row_number
from facts.looked_after_at_month_end as child
inner join facts.review_due on
    review_due.child_number = child.child_number
    and review_due.period_number = child.period_number
    and review_due.answered_on is null
left join facts.case_holder on
    case_holder.la_code = child.la_code
    and case_holder.extract_date = child.extract_date
    and case_holder.person_id = child.person_id
left join reference.calendar as started on started.date = review_due.clock_start
    and started.calendar_number = calendar_of(child.la_code)
left join reference.calendar as seen on seen.date = child.extract_date
    and seen.calendar_number = calendar_of(child.la_code)
left join reference.calendar as due on due.date = review_due.due_date
    and due.calendar_number = calendar_of(child.la_code)
where child.snapshot_date = child.extract_date
