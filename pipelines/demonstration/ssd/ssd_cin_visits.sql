-- One row per visit.
select
    visit_id as cinv_cin_visit_id, person_id as cinv_person_id, cin_plan_id as cinv_cin_plan_id,
    visit_date as cinv_cin_visit_date, if(seen, 'Y', 'N') as cinv_cin_visit_seen,
    if(seen_alone, 'Y', 'N') as cinv_cin_visit_seen_alone
from cin_visit
where status = 'COMPLETED'
