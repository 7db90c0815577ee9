-- One row per worker employed at a month end: what part of full time, and how many children were allocated then.
with
worker as (
    select
        month.la_code, month.extract_date, month.month, month.snapshot_date, worker.worker_id, worker.record_id,
        worker.row_number, worker.fte, coalesce(worker.agency, false) as is_agency
    from staged.worker
    inner join facts.reporting_month as month on
        month.la_code = worker.la_code
        and month.extract_date = worker.extract_date
        and coalesce(worker.start_date <= month.snapshot_date, true)
        and coalesce(worker.end_date > month.snapshot_date, true)
    where not is_nobody(worker.worker_id)
),

caseload as (
    select la_code, extract_date, month, worker_id, count(distinct person_id) as children
    from facts.allocation_at_month_end
    group by la_code, extract_date, month, worker_id
),

-- Where a worker belongs: to the team of the allocation of any kind that began last and names one, until the next does.
begun as (
    select
        la_code, extract_date, worker_id, team, start_date,
        lead(start_date) over (
            partition by la_code, extract_date, worker_id order by start_date, row_number
        ) as next_start_date
    from staged.allocation
    where team is not null
),

standing as (
    select
        *,
        unnest(range(month_number(start_date), month_number(coalesce(next_start_date, extract_date)) + 1))
            as month_number
    from begun
),

team as (
    select standing.la_code, standing.extract_date, month.month, standing.worker_id, standing.team
    from standing
    inner join (
        select *, month_number(month) as month_number from facts.reporting_month
    ) as month using (la_code, extract_date, month_number)
    where
        month.snapshot_date >= standing.start_date
        and (standing.next_start_date is null or standing.next_start_date > month.snapshot_date)
)

select
    worker.la_code,
    worker.extract_date,
    worker.month,
    worker.record_id,
    'worker' as table_name,
    worker.row_number,
    worker.snapshot_date as event_date,
    team.team,
    worker.fte,
    worker.is_agency,
    coalesce(caseload.children, 0) as children,
    coalesce(worker.fte > 0 and caseload.children > 0, false) as is_case_holder,
    coalesce(caseload.children > setting.caseload_limit, false) as is_over_limit
from worker
cross join reference.setting
left join caseload using (la_code, extract_date, month, worker_id)
left join team using (la_code, extract_date, month, worker_id)
