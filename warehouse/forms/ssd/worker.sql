-- One row per worker, by the number of Social Work England where there is one.
select
    coalesce(said_of(prof_social_worker_registration_no), prof_professional_id) as worker_id,
    prof_full_time_equivalency as fte,
    prof_agency_worker_flag as agency,
    prof_professional_department as team
from ssd_professionals
