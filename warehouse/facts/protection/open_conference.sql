-- One row per enquiry, or transfer-in, that awaits its conference on the extract date.
with
waiting as (
    select
        awaited.*,
        standard.days as standard,
        greatest(seen.working_day_number - awaited.start_number, 0) as elapsed
    from facts.conference_awaited as awaited
    left join reference.calendar as seen on seen.date = awaited.extract_date
        and seen.calendar_number = calendar_of(awaited.la_code)
    asof left join reference.standard on
        standard.clock = 'icpc_timeliness' and awaited.extract_date >= standard.valid_from
    where awaited.answered_date is null and awaited.closure_date is null
)

select
    waiting.la_code,
    waiting.extract_date,
    'icpc_timeliness' as measure_code,
    waiting.person_id,
    waiting.record_id,
    waiting.clock_start,
    working_day.date as due_date,
    case when waiting.start_number is not null then waiting.elapsed end as working_days_elapsed,
    case when waiting.start_number is not null then waiting.standard - waiting.elapsed end as working_days_left,
    waiting.start_number is not null and waiting.elapsed > waiting.standard as is_overdue,
    coalesce(waiting.referral_team, case_holder.team) as team,
    coalesce(waiting.referral_worker, case_holder.worker) as worker,
    waiting.table_name,
    waiting.row_number
from waiting
left join facts.case_holder using (la_code, extract_date, person_id)
left join reference.working_day on working_day.working_day_number = waiting.start_number + waiting.standard
    and working_day.calendar_number = calendar_of(waiting.la_code)
