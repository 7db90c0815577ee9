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
    -- How many plans a child had says nothing of when they began.
    case
        when setting.cpp_repeat_window = '24m'
        then coalesce(plan.earlier_start_date > plan.our_start_date - interval 24 month, false)
        when plan.number_previous is null then plan.has_earlier_plan
        else plan.number_previous > 0
    end as is_repeat,
    plan.number_previous is not null and setting.cpp_repeat_window = 'ever' as is_previous_told,
    if(plan.has_earlier_plan, 'No plan in the time that counts', 'The first plan') as reason,
    plan.initial_category as category_of_abuse,
    plan.referral_source,
    plan.referral_team,
    'cp_plan' as table_name,
    plan.row_number
from facts.plan
cross join reference.setting
where plan.our_start_date is not null
