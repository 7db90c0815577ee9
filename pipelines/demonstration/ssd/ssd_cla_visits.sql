-- One row per visit.
select
    visit_id as clav_cla_visit_id, person_id as clav_person_id, visit_date as clav_cla_visit_date,
    if(seen, 'Y', 'N') as clav_cla_visit_seen, if(seen_alone, 'Y', 'N') as clav_cla_visit_seen_alone
from cla_visit
where status = 'COMPLETED'
