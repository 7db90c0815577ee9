-- One row per worker employed at a month end: what part of full time, and how many children were allocated then.
with
worker as (
    select
        month.la_code, month.extract_date, month.month, month.snapshot_date, worker.worker_id, worker.record_id,
        worker.row_number, worker.team, worker.fte, coalesce(worker.agency, false) as is_agency
    from staged.worker
    inner join facts.reporting_month as month on
        month.la_code = worker.la_code
        and month.extract_date = worker.extract_date
        and coalesce(worker.start_date <= month.snapshot_date, true)
        and coalesce(worker.end_date > month.snapshot_date, true)
    where not is_nobody(worker.worker_id)
),

caseload as (
    select
        worker.la_code, worker.extract_date, worker.month, worker.worker_id,
        count(distinct allocation.person_id) as children
    from worker
    inner join facts.primary_allocation as allocation on
        allocation.la_code = worker.la_code
        and allocation.extract_date = worker.extract_date
        and allocation.worker_id = worker.worker_id
        and allocation.start_date <= worker.snapshot_date
        and coalesce(allocation.end_date > worker.snapshot_date, true)
    group by worker.la_code, worker.extract_date, worker.month, worker.worker_id
),

-- Where the worker belongs: to the team of the allocation that began last, open or not.
team as (
    select
        worker.la_code, worker.extract_date, worker.month, worker.worker_id,
        arg_max(allocation.team, {'start_date': allocation.start_date, 'row_number': allocation.row_number}) as team
    from worker
    inner join facts.primary_allocation as allocation on
        allocation.la_code = worker.la_code
        and allocation.extract_date = worker.extract_date
        and allocation.worker_id = worker.worker_id
        and allocation.start_date <= worker.snapshot_date
    group by worker.la_code, worker.extract_date, worker.month, worker.worker_id
)

select
    worker.la_code,
    worker.extract_date,
    worker.month,
    worker.record_id,
    'worker' as table_name,
    worker.row_number,
    worker.snapshot_date as event_date,
    coalesce(team.team, worker.team) as team,
    worker.fte,
    worker.is_agency,
    coalesce(caseload.children, 0) as children,
    coalesce(worker.fte > 0 and caseload.children > 0, false) as is_case_holder,
    coalesce(caseload.children > setting.caseload_limit, false) as is_over_limit,
    caseload.children || ' children' as caseload_reason
from worker
cross join reference.setting
left join caseload using (la_code, extract_date, month, worker_id)
left join team using (la_code, extract_date, month, worker_id)
