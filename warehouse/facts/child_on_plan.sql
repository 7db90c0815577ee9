-- One row per child and month end on a child protection plan of ours: not turned 18, the unborn included.
select
    month.la_code,
    month.extract_date,
    month.month,
    cp_plan.person_id,
    arg_max(cp_plan.cp_plan_id, {'start': cp_plan.start_date, 'row': cp_plan.row_number}) as record_id,
    max(cp_plan.start_date) as clock_start,
    month.snapshot_date as event_date,
    'cp_plan' as table_name,
    max({'start': cp_plan.start_date, 'row': cp_plan.row_number}).row as row_number
from staged.cp_plan
inner join facts.reporting_month as month on
    month.la_code = cp_plan.la_code
    and month.extract_date = cp_plan.extract_date
    and month.snapshot_date >= cp_plan.start_date
    and (cp_plan.end_date is null or cp_plan.end_date > month.snapshot_date)
left join facts.child on
    child.la_code = cp_plan.la_code
    and child.extract_date = cp_plan.extract_date
    and child.person_id = cp_plan.person_id
where
    (month.la_code, month.extract_date) in (from raw.run_extract)
    and not coalesce(cp_plan.ola_plan, false)
    and not coalesce(cp_plan.temporary, false)
    and not coalesce(has_turned(18, child.birth_date, month.snapshot_date), false)
group by month.la_code, month.extract_date, month.month, month.snapshot_date, cp_plan.person_id
