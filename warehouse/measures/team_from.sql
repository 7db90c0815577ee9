-- One row per child and day from which another team holds the case: that of the primary allocation open on the day, of
-- several the one that began last; none where no allocation is open.
with
allocation as (
    select la_code, extract_date, person_id, start_date, end_date, team, worker_id
    from staged.allocation
    where coalesce(is_primary, true) and (end_date is null or end_date > start_date)
),

turn as (
    select distinct la_code, extract_date, person_id, unnest([start_date, end_date]) as from_date
    from allocation
)

select
    turn.la_code, turn.extract_date, turn.person_id, turn.from_date,
    arg_max(allocation.team, {'start_date': allocation.start_date, 'worker_id': allocation.worker_id}) as team
from turn
left join allocation on
    allocation.la_code = turn.la_code
    and allocation.extract_date = turn.extract_date
    and allocation.person_id = turn.person_id
    and allocation.start_date <= turn.from_date
    and (allocation.end_date is null or allocation.end_date > turn.from_date)
where turn.from_date is not null
group by turn.la_code, turn.extract_date, turn.person_id, turn.from_date
