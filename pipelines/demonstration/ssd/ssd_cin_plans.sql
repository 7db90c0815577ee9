-- One row per plan.
select
    cin_plan_id as cinp_cin_plan_id, referral_id as cinp_referral_id, person_id as cinp_person_id,
    start_date as cinp_cin_plan_start_date, end_date as cinp_cin_plan_end_date, team as cinp_cin_plan_team,
    worker as cinp_cin_plan_worker_id
from cin_plan
where status is distinct from 'DRAFT' and status is distinct from 'CANCELLED'
