-- One row per main allocation open on the extract date and what is wrong with it: to nobody, to a worker who is not among
-- those sent, or not employed then, to one without hours, or one of several of the child.
with
open_allocation as (
    select allocation.*
    from staged.allocation
    where
        coalesce(is_primary, true)
        and start_date <= extract_date
        and coalesce(end_date > extract_date, true)
),

judged as (
    select
        open_allocation.*,
        is_nobody(open_allocation.worker_id) or is_nobody(open_allocation.worker_name) as is_nobodys,
        worker.worker_id is null
        and exists (
            from staged.worker as sent
            where sent.la_code = open_allocation.la_code and sent.extract_date = open_allocation.extract_date
        ) as is_of_a_stranger,
        worker.worker_id is not null
        and (
            coalesce(worker.end_date <= open_allocation.extract_date, false)
            or coalesce(worker.start_date > open_allocation.extract_date, false)
        ) as is_of_a_leaver,
        worker.worker_id is not null and coalesce(worker.fte, 0) <= 0 as is_without_hours,
        count(*) over (
            partition by open_allocation.la_code, open_allocation.extract_date, open_allocation.person_id
        ) > 1 as is_one_of_several
    from open_allocation
    left join staged.worker using (la_code, extract_date, worker_id)
),

broken as (
    select
        *,
        unnest([
            {'rule': 'allocated_to_nobody', 'is_broken': is_nobodys},
            {'rule': 'allocated_to_a_stranger', 'is_broken': is_of_a_stranger and not is_nobodys},
            {'rule': 'allocated_to_a_leaver', 'is_broken': is_of_a_leaver},
            {'rule': 'allocated_without_hours', 'is_broken': is_without_hours},
            {'rule': 'several_primary_allocations', 'is_broken': is_one_of_several}
        ], recursive := true)
    from judged
)

select
    la_code, extract_date, 'allocation' as table_name, row_number, record_id, person_id, 'worker_id' as column_name,
    worker_id as raw_value, rule, place
from broken
where is_broken
