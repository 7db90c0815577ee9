-- One row per child and month end in need, on a plan or looked after whose case is allocated to no person: without a
-- primary allocation open then. Where no allocations are sent, without a worker on a referral that is open, on the
-- extract date alone.
with
case_open as (
    select la_code, extract_date, month, person_id, record_id, table_name, row_number, event_date, team, 1 as place
    from facts.child_in_need
    union all by name
    select la_code, extract_date, month, person_id, record_id, table_name, row_number, event_date, referral_team,
        2 as place
    from facts.child_on_plan
    union all by name
    select la_code, extract_date, month, person_id, record_id, table_name, row_number, event_date, 3 as place
    from facts.child_looked_after
),

allocations_sent as (
    select distinct la_code, extract_date from staged.extract_file where table_name = 'allocation' and rows_in > 0
),

referred as (
    select la_code, extract_date, person_id
    from staged.referral
    where
        is_real(status)
        and coalesce(closure_date > extract_date, true)
        and worker is not null
        and not is_nobody(worker)
),

unallocated as (
    from case_open
    semi join allocations_sent using (la_code, extract_date)
    anti join facts.allocation_at_month_end using (la_code, extract_date, month, person_id)
    union all by name
    from (from case_open where event_date = extract_date)
    anti join allocations_sent using (la_code, extract_date)
    anti join referred using (la_code, extract_date, person_id)
)

-- One record speaks for the child: the open referral, else the plan, else the episode of care.
select
    * exclude (place),
    event_date as attribute_date
from unallocated
qualify row_number() over (partition by la_code, extract_date, month, person_id order by place) = 1
