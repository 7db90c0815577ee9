-- One row per measure, period, benchmark and stretch of months with the same figure of an authority: what DfE had published
-- by then. A month is 12 x year + month - 1.
select
    measure_code, period, benchmark, any_value(benchmark_name) as name, benchmark_period_end as year_end,
    min(12 * year(month) + month(month) - 1) as first, max(12 * year(month) + month(month) - 1) as last,
    benchmark_value as value
from benchmark_comparison
where la_code = $la_code and benchmark_basis <> 'quoted' and benchmark_value is not null
group by measure_code, period, benchmark, benchmark_period_end, benchmark_value
order by measure_code, period, benchmark, first
