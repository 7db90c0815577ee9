-- One row per child looked after on the extract date: the visit that is due next.
select
    child.la_code,
    child.extract_date,
    'looked_after_visit_timeliness' as measure_code,
    child.person_id,
    child.record_id,
    child.visit_clock_start as clock_start,
    child.visit_due_date as due_date,
    seen.working_day_number - started.working_day_number as working_days_elapsed,
    due.working_day_number - seen.working_day_number as working_days_left,
    child.visit_due_date < child.extract_date as is_overdue,
    case_holder.team,
    case_holder.worker,
    child.table_name,
    child.row_number
from facts.child_looked_after as child
left join facts.case_holder on
    case_holder.la_code = child.la_code
    and case_holder.extract_date = child.extract_date
    and case_holder.person_id = child.person_id
left join reference.calendar as started on started.date = child.visit_clock_start
    and started.calendar_number = calendar_of(child.la_code)
left join reference.calendar as seen on seen.date = child.extract_date
    and seen.calendar_number = calendar_of(child.la_code)
left join reference.calendar as due on due.date = child.visit_due_date
    and due.calendar_number = calendar_of(child.la_code)
where child.event_date = child.extract_date
