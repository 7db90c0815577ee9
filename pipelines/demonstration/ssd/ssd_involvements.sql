-- One row per allocation.
select
    'V' || row_number() over (order by person_id, worker_id, start_date) as invo_involvements_id,
    worker_id as invo_professional_id, role as invo_professional_role_id, team as invo_professional_team,
    person_id as invo_person_id, start_date as invo_involvement_start_date, end_date as invo_involvement_end_date
from allocation
