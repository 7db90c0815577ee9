-- One row per child and month end on a child in need plan who is neither on a child protection plan nor looked after.
select
    month.la_code,
    month.extract_date,
    month.month,
    cin_plan.person_id,
    arg_max(cin_plan.cin_plan_id, {'start': cin_plan.start_date, 'id': cin_plan.cin_plan_id}) as record_id,
    max(cin_plan.start_date) as clock_start,
    month.snapshot_date as event_date,
    month.snapshot_date as attribute_date,
    arg_max(cin_plan.team, {'start': cin_plan.start_date, 'id': cin_plan.cin_plan_id}) as team,
    arg_max(cin_plan.worker, {'start': cin_plan.start_date, 'id': cin_plan.cin_plan_id}) as worker,
    'cin_plan' as table_name,
    arg_max(cin_plan.row_number, {'start': cin_plan.start_date, 'id': cin_plan.cin_plan_id}) as row_number
from staged.cin_plan
inner join facts.reporting_month as month on
    month.la_code = cin_plan.la_code
    and month.extract_date = cin_plan.extract_date
    and month.snapshot_date >= cin_plan.start_date
    and (cin_plan.end_date is null or cin_plan.end_date > month.snapshot_date)
anti join facts.child_on_plan on
    child_on_plan.la_code = cin_plan.la_code
    and child_on_plan.extract_date = cin_plan.extract_date
    and child_on_plan.month = month.month
    and child_on_plan.person_id = cin_plan.person_id
anti join facts.looked_after_at_month_end as looked_after on
    looked_after.la_code = cin_plan.la_code
    and looked_after.extract_date = cin_plan.extract_date
    and looked_after.month = month.month
    and looked_after.person_id = cin_plan.person_id
where is_real(cin_plan.status)
group by month.la_code, month.extract_date, month.month, month.snapshot_date, cin_plan.person_id
