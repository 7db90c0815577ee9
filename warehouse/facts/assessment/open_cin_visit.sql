-- One row per child on a child in need plan on the extract date: the visit that is due next.
with
on_plan as (
    select *
    from facts.child_on_cin_plan
    where event_date = extract_date
),

visited as (
    select la_code, extract_date, person_id, max(visit_date) as visit_date
    from staged.cin_visit
    where seen and took_place(status) and visit_date <= extract_date
    group by la_code, extract_date, person_id
),

started as (
    select on_plan.* exclude (clock_start), greatest(on_plan.clock_start, visited.visit_date) as clock_start
    from on_plan
    left join visited using (la_code, extract_date, person_id)
),

numbered as (
    select
        started.*,
        standard.days as standard,
        counted_from(clock_day.working_day_number, clock_day.is_working_day, setting.nonworking_start) as start_number,
        seen.working_day_number as extract_number
    from started
    cross join reference.setting
    left join reference.calendar as clock_day on clock_day.date = started.clock_start
        and clock_day.calendar_number = calendar_of(started.la_code)
    left join reference.calendar as seen on seen.date = started.extract_date
        and seen.calendar_number = calendar_of(started.la_code)
    asof left join reference.standard on
        standard.clock = 'cin_visit' and started.extract_date >= standard.valid_from
)

select
    numbered.la_code,
    numbered.extract_date,
    'cin_visit' as measure_code,
    numbered.person_id,
    numbered.record_id,
    numbered.clock_start,
    working_day.date as due_date,
    greatest(numbered.extract_number - numbered.start_number, 0) as working_days_elapsed,
    numbered.standard - greatest(numbered.extract_number - numbered.start_number, 0) as working_days_left,
    coalesce(numbered.extract_number - numbered.start_number > numbered.standard, false) as is_overdue,
    coalesce(numbered.team, case_holder.team) as team,
    coalesce(numbered.worker, case_holder.worker) as worker,
    numbered.table_name,
    numbered.row_number
from numbered
left join facts.case_holder using (la_code, extract_date, person_id)
left join reference.working_day on working_day.working_day_number = numbered.start_number + numbered.standard
    and working_day.calendar_number = calendar_of(numbered.la_code)
