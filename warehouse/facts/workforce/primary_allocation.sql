-- One row per stretch in which a child was allocated to a person as the main worker. An inbox or a duty desk is nobody;
-- a stretch that ended on the day it began was open on no day.
select
    la_code, extract_date, person_id, record_id, row_number, worker_id, worker_name, team, start_date, end_date
from staged.allocation
where
    coalesce(is_primary, true)
    and coalesce(end_date > start_date, true)
    and not is_nobody(worker_id)
    and not is_nobody(worker_name)
