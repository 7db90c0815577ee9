-- One row per measure of the overview, in its order, of an authority's latest ended month: its figures, and each benchmark
-- with its basis. A figure that the council quoted stands before the computed one.
with
latest as (
    select max(month) as month
    from monthly_kpi_current
    where la_code = $la_code and status <> 'to_date'
),

beside as (
    select measure_code, benchmark, benchmark_value, benchmark_basis
    from benchmark_comparison
    semi join latest using (month)
    where la_code = $la_code and period = 'rolling_12_months'
    qualify
        row_number() over (partition by measure_code, benchmark order by benchmark_basis = 'quoted' desc) = 1
)

select
    latest.month,
    measure.title,
    measure.unit,
    max(current.value) filter (current.period = 'month'),
    max(current.value) filter (current.period = 'rolling_12_months'),
    max(current.numerator) filter (current.period = 'month'),
    max(beside.benchmark_value) filter (beside.benchmark = 'statistical_neighbours'),
    max(beside.benchmark_basis) filter (beside.benchmark = 'statistical_neighbours'),
    max(beside.benchmark_value) filter (beside.benchmark = 'region'),
    max(beside.benchmark_basis) filter (beside.benchmark = 'region'),
    max(beside.benchmark_value) filter (beside.benchmark = 'england'),
    max(beside.benchmark_basis) filter (beside.benchmark = 'england')
from measure
cross join latest
inner join monthly_kpi_current as current on
    current.measure_code = measure.measure_code and current.la_code = $la_code and current.month = latest.month
left join beside on beside.measure_code = measure.measure_code
where list_contains($measures, measure.measure_code)
group by latest.month, measure.measure_code, measure.title, measure.unit
order by list_position($measures, measure.measure_code)
