-- One row per plan that came with a child who moved in: it is ours from our conference on, not from its own start.
select
    plan.la_code, plan.extract_date, 'cp_plan' as table_name, plan.row_number, plan.cp_plan_id as record_id,
    plan.person_id, 'start_date' as column_name, plan.start_date::varchar as raw_value,
    'plan_transferred_in' as rule, cp_plan.place
from facts.plan
inner join staged.cp_plan using (la_code, extract_date, cp_plan_id, person_id)
where plan.our_start_date is distinct from plan.start_date
