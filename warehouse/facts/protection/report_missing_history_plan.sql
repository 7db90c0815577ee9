-- One row per plan that is taken for one that came with the child, though the conference that would tell may have been
-- cut off.
select
    plan.la_code, plan.extract_date, 'cp_plan' as table_name, plan.row_number, plan.cp_plan_id as record_id,
    plan.person_id, 'start_date' as column_name, plan.start_date::varchar as raw_value, 'missing_history' as rule,
    cp_plan.place
from facts.plan
inner join staged.cp_plan using (la_code, extract_date, cp_plan_id, person_id)
where plan.is_history_missing
