-- One row per child and child protection plan of ours, in the month in which it began to be ours.
select
    plan.la_code,
    plan.extract_date,
    date_trunc('month', plan.our_start_date)::date as month,
    plan.person_id,
    plan.cp_plan_id as record_id,
    plan.our_start_date as clock_start,
    plan.our_start_date as event_date,
    plan.our_start_date as attribute_date,
    case when plan.number_previous is null then plan.has_earlier_plan else plan.number_previous > 0 end as is_repeat,
    plan.number_previous is not null as is_previous_told,
    'The first plan' as reason,
    plan.initial_category as category_of_abuse,
    plan.referral_source,
    plan.referral_team,
    'cp_plan' as table_name,
    plan.row_number
from facts.plan
where plan.our_start_date is not null and coalesce(plan.end_date >= plan.our_start_date, true)
