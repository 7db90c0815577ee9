-- One row per worker.
select
    worker_id as prof_professional_id, if(agency, 'Y', 'N') as prof_agency_worker_flag,
    team as prof_professional_department, fte as prof_full_time_equivalency
from worker
