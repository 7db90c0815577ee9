-- One row per primary allocation that was open at a month end.
with
standing as (
    select
        *,
        unnest(range(month_number(start_date), month_number(coalesce(end_date, extract_date)) + 1)) as month_number
    from facts.primary_allocation
)

select
    standing.la_code, standing.extract_date, month.month, standing.person_id, standing.worker_id
from standing
inner join (
    select *, month_number(month) as month_number from facts.reporting_month
) as month using (la_code, extract_date, month_number)
where
    month.snapshot_date >= standing.start_date
    and (standing.end_date is null or standing.end_date > month.snapshot_date)
