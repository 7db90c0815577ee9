-- One row per measure, month, period, breakdown and category of an authority: the current figure, as in
-- monthly_kpi_breakdown_current. Only what was published more than once is ranked, and rows stay in the order in which they
-- are stored, which is by measure, breakdown and category: ranking and sorting all cost more than writing them.
with published as materialized (
    select *
    from monthly_kpi_breakdown
    semi join published_extract using (la_code, extract_date)
    where la_code = $la_code
),

republished as (
    select measure_code, month, period, breakdown, category
    from published
    group by all
    having count(*) > 1
)

select current_figure.*
from (
    select *
    from published
    anti join republished using (measure_code, month, period, breakdown, category)
    union all by name
    select *
    from published
    semi join republished using (measure_code, month, period, breakdown, category)
    qualify
        row_number() over (
            partition by measure_code, month, period, breakdown, category
            order by extract_date desc, version desc
        ) = 1
) as current_figure
semi join measure using (measure_code)
where current_figure.status is not null
