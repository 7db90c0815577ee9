-- One row per publication of the run and measure with a clock that can be computed: how many items are open.
select
    new_version.version,
    new_version.la_code,
    new_version.extract_date,
    pending_event.measure_code,
    count(timed_event.event) as pending,
    count(*) filter (timed_event.working_days_elapsed > timed_event.standard) as overdue,
    count(timed_event.event) filter (timed_event.clock_start is null) as without_start
from new_version
cross join pending_event
semi join measures.computable using (la_code, extract_date, measure_code)
left join facts.timed_event
    on timed_event.la_code = new_version.la_code
    and timed_event.extract_date = new_version.extract_date
    and timed_event.event = pending_event.event
    and timed_event.is_open
group by new_version.version, new_version.la_code, new_version.extract_date, pending_event.measure_code
order by new_version.version, pending_event.measure_code
