-- One row per referral (or contact) that MASH has yet to decide on the extract date.
with
waiting as (
    select
        item.*,
        counted_from(begun.working_day_number, begun.is_working_day, setting.nonworking_start) as start_number,
        seen.working_day_number as extract_number
    from facts.mash_item as item
    cross join reference.setting
    left join reference.calendar as begun on begun.date = item.begun_date
        and begun.calendar_number = calendar_of(item.la_code)
    left join reference.calendar as seen on seen.date = item.extract_date
        and seen.calendar_number = calendar_of(item.la_code)
    where item.event_date is null and item.closure_date is null
)

select
    waiting.la_code,
    waiting.extract_date,
    'mash_timeliness' as measure_code,
    waiting.person_id,
    waiting.record_id,
    waiting.begun_date as clock_start,
    working_day.date as due_date,
    greatest(waiting.extract_number - waiting.start_number, 0) as working_days_elapsed,
    waiting.standard - greatest(waiting.extract_number - waiting.start_number, 0) as working_days_left,
    coalesce(waiting.extract_number - waiting.start_number > waiting.standard, false) as is_overdue,
    coalesce(waiting.team, case_holder.team) as team,
    coalesce(waiting.worker, case_holder.worker) as worker,
    waiting.table_name,
    waiting.row_number
from waiting
left join facts.case_holder using (la_code, extract_date, person_id)
left join reference.working_day on working_day.working_day_number = waiting.start_number + waiting.standard
    and working_day.calendar_number = calendar_of(waiting.la_code)
