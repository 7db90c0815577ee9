-- One row per period, benchmark and basis: what the figure stands beside.
select
    period, benchmark, benchmark_name, year(benchmark_period_end) as year, benchmark_basis, benchmark_value, difference,
    is_comparable, national_rank, quartile_band, authorities_used, cases, left_out
from benchmark_comparison
where la_code = $la_code and measure_code = $measure_code and month = $month
order by is_comparable desc, period, benchmark, benchmark_basis
