-- One row per figure of the public copy and benchmark that it can be compared with. Rank and band are left out: they
-- would place the exact value between those of two other authorities.
select
    figure.la_code, figure.measure_code, figure.month, figure.period, figure.value, figure.value_symbol,
    compared.benchmark, compared.benchmark_name, compared.benchmark_period_end, compared.benchmark_value,
    compared.benchmark_basis, compared.neighbours_used,
    round(figure.value - compared.benchmark_value, 1) as difference,
    compared.polarity
from public_kpi as figure
inner join kpi.benchmark_comparison as compared using (la_code, measure_code, month, period)
where compared.is_comparable
order by
    figure.la_code, figure.measure_code, figure.month, figure.period, compared.benchmark, compared.benchmark_basis
