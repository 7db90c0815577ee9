-- One row per visit, of the child itself or of the child of its plan.
with plan as (select cppl_cp_plan_id, any_value(cppl_person_id) as person_id from ssd_cp_plans group by cppl_cp_plan_id)

select
    visit.cppv_cp_visit_id as visit_id,
    coalesce(visit.cppv_person_id, plan.person_id) as person_id,
    visit.cppv_cp_plan_id as cp_plan_id,
    visit.cppv_cp_visit_date as visit_date,
    visit.cppv_cp_visit_seen as seen,
    visit.cppv_cp_visit_seen_alone as seen_alone
from ssd_cp_visits as visit
left join plan on plan.cppl_cp_plan_id = visit.cppv_cp_plan_id
