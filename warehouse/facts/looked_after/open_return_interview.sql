-- One row per return of a missing child in the twelve months before the extract date after which no interview was held
-- and none was declined.
select
    returned.la_code,
    returned.extract_date,
    'return_interview_timeliness' as measure_code,
    returned.person_id,
    returned.record_id,
    returned.clock_start,
    returned.due_date,
    seen.working_day_number - started.working_day_number as working_days_elapsed,
    due.working_day_number - seen.working_day_number as working_days_left,
    returned.due_date < returned.extract_date as is_overdue,
    case_holder.team,
    case_holder.worker,
    returned.table_name,
    returned.row_number
from facts.return_from_missing as returned
left join facts.case_holder on
    case_holder.la_code = returned.la_code
    and case_holder.extract_date = returned.extract_date
    and case_holder.person_id = returned.person_id
left join reference.calendar as started on started.date = returned.clock_start
    and started.calendar_number = calendar_of(returned.la_code)
left join reference.calendar as seen on seen.date = returned.extract_date
    and seen.calendar_number = calendar_of(returned.la_code)
left join reference.calendar as due on due.date = returned.due_date
    and due.calendar_number = calendar_of(returned.la_code)
where
    not returned.is_held
    and not returned.is_declined
    and returned.clock_start > months_before(returned.extract_date, 12)
