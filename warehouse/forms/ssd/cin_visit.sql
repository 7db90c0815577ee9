-- One row per visit, of the child itself or of the child of its plan.
with plan as (select cinp_cin_plan_id, any_value(cinp_person_id) as person_id from ssd_cin_plans group by cinp_cin_plan_id)

select
    visit.cinv_cin_visit_id as visit_id,
    coalesce(visit.cinv_person_id, plan.person_id) as person_id,
    visit.cinv_cin_plan_id as cin_plan_id,
    visit.cinv_cin_visit_date as visit_date,
    visit.cinv_cin_visit_seen as seen,
    visit.cinv_cin_visit_seen_alone as seen_alone
from ssd_cin_visits as visit
left join plan on plan.cinp_cin_plan_id = visit.cinv_cin_plan_id
