-- One row per child on a child protection plan on the extract date: the visit that is due next.
with
numbered as (
    select
        on_plan.*,
        standard.days as standard,
        visited.working_day_number as start_number,
        on_plan.working_days_since_visit as elapsed
    from facts.child_on_plan as on_plan
    left join reference.calendar as visited on visited.date = on_plan.last_visit_date
        and visited.calendar_number = calendar_of(on_plan.la_code)
    asof left join reference.standard on
        standard.clock = 'plan_visit_timeliness' and on_plan.extract_date >= standard.valid_from
    where on_plan.event_date = on_plan.extract_date
)

select
    numbered.la_code,
    numbered.extract_date,
    'plan_visit_timeliness' as measure_code,
    numbered.person_id,
    numbered.record_id,
    numbered.last_visit_date as clock_start,
    working_day.date as due_date,
    numbered.elapsed as working_days_elapsed,
    numbered.standard - numbered.elapsed as working_days_left,
    coalesce(numbered.elapsed > numbered.standard, false) as is_overdue,
    coalesce(case_holder.team, numbered.referral_team) as team,
    case_holder.worker,
    numbered.table_name,
    numbered.row_number
from numbered
left join facts.case_holder using (la_code, extract_date, person_id)
left join reference.working_day on working_day.working_day_number = numbered.start_number + numbered.standard
    and working_day.calendar_number = calendar_of(numbered.la_code)
