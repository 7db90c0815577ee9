-- One row per event with a standard in working days: both clocks, days taken, due date, in time or not and why.
-- Working days are those after the start, up to and including the end: the start is day 0 whatever day it is.
with
event as (
    from facts.mash_decision
    union all by name
    from facts.assessment
    union all by name
    from facts.conference
),

numbered as (
    select
        event.*,
        started.working_day_number
        + (setting.nonworking_start = 'roll_forward_is_day_0' and not started.is_working_day)::int as start_number,
        ended.working_day_number as end_number,
        ended.working_day_number - other.working_day_number as other_working_days,
        seen.working_day_number as extract_number
    from event
    cross join reference.setting
    left join reference.calendar as started on started.date = event.clock_start
    left join reference.calendar as ended on ended.date = event.event_date
    left join reference.calendar as other on other.date = event.other_clock_start
    left join reference.calendar as seen on seen.date = event.extract_date
),

timed as (
    select
        numbered.*,
        case when event_date >= clock_start then greatest(end_number - start_number, 0) end as working_days,
        case when clock_start is not null then greatest(extract_number - start_number, 0) end as working_days_elapsed,
        working_day.date as due_date
    from numbered
    left join reference.working_day on working_day.working_day_number = numbered.start_number + numbered.standard
)

select
    timed.la_code,
    timed.extract_date,
    timed.event,
    date_trunc('month', timed.month_date)::date as month,
    timed.person_id,
    timed.record_id,
    timed.clock_start,
    timed.other_clock_start,
    timed.event_date,
    timed.due_date,
    timed.working_days,
    timed.other_working_days,
    timed.standard,
    coalesce(timed.is_in_time_by_hours, timed.working_days <= timed.standard, false) as is_in_time,
    case
        when timed.clock_start is null then 'No date to count from'
        when timed.event_date is null then 'Not done, and past its due date'
        when timed.event_date < timed.clock_start then 'Done before the clock started'
        when coalesce(timed.is_in_time_by_hours, timed.working_days <= timed.standard) then null
        when timed.working_days <= timed.standard then 'Later than the hours allowed'
        else
            'Late by ' || (timed.working_days - timed.standard)
            || if(timed.working_days - timed.standard = 1, ' working day', ' working days')
    end as reason,
    timed.is_open,
    -- What a measure counts: done, or by cohort not done and overdue; without a start only where the setting keeps it.
    (timed.event_date is not null or timed.counts_when_overdue and timed.is_open and timed.working_days_elapsed > timed.standard)
    and (timed.clock_start is not null or setting.missing_start = 'fail') as is_counted,
    timed.working_days_elapsed,
    timed.team,
    timed.worker,
    timed.table_name,
    timed.row_number
from timed cross join reference.setting
