-- One row per authority, measure, month, period, benchmark and basis: the current comparison.
select benchmark_comparison.*
from benchmark_comparison
inner join measure using (measure_code)
order by
    benchmark_comparison.la_code, measure.position, benchmark_comparison.period, benchmark_comparison.month,
    benchmark_comparison.benchmark, benchmark_comparison.benchmark_basis
