-- One row per open item of an authority, by team, overdue first; with what it would be if it were done on each of the
-- next ten working days after the extract date. Reads casework.pending_case and reference.calendar.
with
next_working_day as (
    select date
    from reference.calendar
    where is_working_day and date > $extract_date
    order by date
    limit 10
)

select
    pending_case.measure_code,
    pending_case.team,
    pending_case.worker,
    pending_case.person_id,
    pending_case.record_id,
    pending_case.clock_start,
    pending_case.due_date,
    pending_case.working_days_elapsed,
    pending_case.working_days_left,
    pending_case.is_overdue,
    pending_case.table_name,
    pending_case.row_number,
    [
        case
            when pending_case.clock_start is null then
                if(list_contains($timed, pending_case.measure_code), $without_start, $not_counted)
            -- Both are working days, so by the due date is within the standard.
            when day <= pending_case.due_date then 'in time'
            else 'late'
        end
        for day in next_working_day.dates
    ] as outcomes
from casework.pending_case
cross join (select list(date order by date) as dates from next_working_day) as next_working_day
where pending_case.la_code = $la_code
order by
    pending_case.team nulls last,
    pending_case.is_overdue desc,
    -- What has no date to count from needs one before anything can be said of it.
    pending_case.clock_start is not null,
    pending_case.due_date,
    pending_case.measure_code,
    pending_case.record_id,
    pending_case.person_id
