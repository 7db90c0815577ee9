-- One row per measure: the months that an extract covers, those that have figures, whoever gave them, and why not more.
with
published as (
    select measure_code, min(month) as first_month, max(month) as last_month
    from kpi.main.monthly_kpi_current
    where la_code = $la_code and value is not null
    group by measure_code
)

select
    measure.measure_code, measure.title, covered.first_month, covered.last_month,
    published.first_month as first_published, published.last_month as last_published,
    covered.measure_code is not null as is_given,
    coalesce(not_computable.reason, covered.reason) as reason,
    covered.note,
    not_computable.measure_code is not null as is_without_figure
from measure
left join (from measure_coverage where la_code = $la_code and extract_date = $extract_date) as covered using (measure_code)
left join (from not_computable where la_code = $la_code and extract_date = $extract_date) as not_computable
    using (measure_code)
left join published using (measure_code)
order by measure.position
