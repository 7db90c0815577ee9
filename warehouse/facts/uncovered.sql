-- One row: how many timed events of the run have a date for which the calendar knows no working days.
select count(*)
from facts.timed_event
semi join raw.run_extract using (la_code, extract_date)
where
    (clock_start is not null and due_date is null)
    or (event_date >= clock_start and working_days is null)
