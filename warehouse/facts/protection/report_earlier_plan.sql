-- One row per plan of which the case system says that the child had none before, though the extract has one.
select
    plan.la_code, plan.extract_date, 'cp_plan' as table_name, plan.row_number, plan.cp_plan_id as record_id,
    plan.person_id, 'number_previous' as column_name, plan.number_previous::varchar as raw_value,
    'earlier_plan_not_told' as rule, cp_plan.place
from facts.plan
inner join staged.cp_plan using (la_code, extract_date, cp_plan_id, person_id)
where plan.number_previous = 0 and plan.has_earlier_plan
