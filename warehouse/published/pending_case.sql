-- One row per open item with a clock of the extracts that are now their authority's latest, overdue first.
select
    timed_event.la_code,
    pending_event.measure_code,
    timed_event.person_id,
    timed_event.record_id,
    timed_event.clock_start,
    timed_event.due_date,
    timed_event.working_days_elapsed,
    timed_event.standard - timed_event.working_days_elapsed as working_days_left,
    coalesce(timed_event.working_days_elapsed > timed_event.standard, false) as is_overdue,
    timed_event.team,
    timed_event.worker,
    timed_event.table_name,
    timed_event.row_number
from facts.timed_event
inner join pending_event using (event)
semi join latest_extract using (la_code, extract_date)
semi join measures.computable using (la_code, extract_date, measure_code)
where timed_event.is_open
order by timed_event.due_date nulls first, timed_event.la_code, timed_event.record_id
