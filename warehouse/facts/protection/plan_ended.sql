-- One row per child and child protection plan of ours that ended, in the month of its end.
select
    plan.la_code,
    plan.extract_date,
    date_trunc('month', plan.end_date)::date as month,
    plan.person_id,
    plan.cp_plan_id as record_id,
    plan.start_date as clock_start,
    plan.end_date as event_date,
    plan.end_date as attribute_date,
    -- Both end days count: more than 729 days is two years or more.
    plan.end_date - plan.start_date + 1 > 729 as is_over_two_years,
    'Less than two years' as reason,
    plan.latest_category as category_of_abuse,
    plan.referral_source,
    plan.referral_team,
    'cp_plan' as table_name,
    plan.row_number
from facts.plan
where plan.end_date is not null and plan.our_start_date is not null
