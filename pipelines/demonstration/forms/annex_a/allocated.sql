-- One row per child: whose case it is on the day of the extract.
select person_id, arg_max(team, start_date) as team, arg_max(worker_name, start_date) as worker
from allocation
where is_primary and end_date is null
group by person_id
