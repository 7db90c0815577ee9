-- One row per child and month end in need, on a plan or looked after, and whether the case is allocated to a person: by a
-- primary allocation open then. Where no allocations are sent, by the worker of a referral that is open, on the extract
-- date alone.
with
case_open as (
    select la_code, extract_date, month, person_id, record_id, table_name, row_number, event_date, 1 as place
    from facts.child_looked_after
    union all
    select la_code, extract_date, month, person_id, record_id, table_name, row_number, event_date, 2
    from facts.child_on_plan
    union all
    select la_code, extract_date, month, person_id, record_id, table_name, row_number, event_date, 3
    from facts.child_in_need
),

child as (
    select
        la_code, extract_date, month, person_id,
        any_value(event_date) as snapshot_date,
        arg_min({'record_id': record_id, 'table_name': table_name, 'row_number': row_number}, place) as behind
    from case_open
    group by la_code, extract_date, month, person_id
),

allocations_sent as (
    select distinct la_code, extract_date from staged.extract_file where table_name = 'allocation' and rows_in > 0
),

allocated as (
    select distinct child.la_code, child.extract_date, child.month, child.person_id
    from child
    inner join facts.primary_allocation as allocation on
        allocation.la_code = child.la_code
        and allocation.extract_date = child.extract_date
        and allocation.person_id = child.person_id
        and allocation.start_date <= child.snapshot_date
        and coalesce(allocation.end_date > child.snapshot_date, true)
),

referred as (
    select distinct la_code, extract_date, person_id
    from staged.referral
    where
        is_real(status)
        and coalesce(closure_date > extract_date, true)
        and worker is not null
        and not is_nobody(worker)
)

select
    child.la_code,
    child.extract_date,
    child.month,
    child.person_id,
    child.behind.record_id as record_id,
    child.behind.table_name as table_name,
    child.behind.row_number as row_number,
    child.snapshot_date as event_date,
    child.snapshot_date as attribute_date,
    if(allocations_sent.la_code is not null, allocated.person_id is not null, referred.person_id is not null)
        as is_allocated
from child
left join allocations_sent using (la_code, extract_date)
left join allocated using (la_code, extract_date, month, person_id)
left join referred using (la_code, extract_date, person_id)
where allocations_sent.la_code is not null or child.snapshot_date = child.extract_date
