-- One row per measure, period and benchmark of the month reported: what a version's figure was compared with, quoted
-- figures first.
select
    compared.measure_code, compared.period, compared.benchmark, compared.benchmark_name, compared.benchmark_period_end,
    compared.benchmark_value, compared.benchmark_basis, compared.neighbours_used, compared.version,
    compared.authorities_used, compared.cases, compared.left_out,
    is_beyond_chance(
        compared.benchmark_value, measure.kind, compared.period, kpi.numerator, kpi.denominator,
        compared.design_factor, compared.between_variance
    ) as is_beyond_chance
from benchmark_at_version($version) as compared
inner join measure using (measure_code)
inner join monthly_kpi_at_version($version) as kpi using (measure_code, month, period)
where compared.month = $month
order by compared.measure_code, compared.period, compared.benchmark, compared.benchmark_basis = 'quoted' desc
