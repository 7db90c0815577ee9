-- One row per visit.
select
    visit_id as cppv_cp_visit_id, person_id as cppv_person_id, cp_plan_id as cppv_cp_plan_id,
    visit_date as cppv_cp_visit_date, if(seen, 'Y', 'N') as cppv_cp_visit_seen,
    if(seen_alone, 'Y', 'N') as cppv_cp_visit_seen_alone
from cp_visit
where status = 'COMPLETED'
