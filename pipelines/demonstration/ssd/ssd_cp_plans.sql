-- One row per plan.
select
    cp_plan_id as cppl_cp_plan_id, referral_id as cppl_referral_id, icpc_id as cppl_icpc_id,
    person_id as cppl_person_id, start_date as cppl_cp_plan_start_date, end_date as cppl_cp_plan_end_date,
    if(ola_plan, 'Y', 'N') as cppl_cp_plan_ola, initial_category as cppl_cp_plan_initial_category,
    latest_category as cppl_cp_plan_latest_category
from cp_plan
where temporary is not true
