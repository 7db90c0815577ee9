-- One row per measure, month, period, breakdown and category of an authority: the current figure, as in
-- monthly_kpi_breakdown_current. Of the first publication only what a later one gave again is left out, and rows stay in the
-- order in which they are stored, which is by measure, breakdown and category: ranking and sorting all cost more than
-- writing them.
with published as not materialized (
    select *, {'extract_date': extract_date, 'version': version} as place
    from monthly_kpi_breakdown
    where la_code = $la_code and extract_date in (select extract_date from published_extract where la_code = $la_code)
),

republished as (
    select *
    from published
    where place > (
        select min({'extract_date': extract_date, 'version': version}) from kpi_version where la_code = $la_code
    )
)

select published.* exclude (place)
from published
anti join republished
    on republished.measure_code = published.measure_code
    and republished.month = published.month
    and republished.period = published.period
    and republished.breakdown = published.breakdown
    and republished.category = published.category
    and republished.place > published.place
semi join measure using (measure_code)
where published.status is not null
