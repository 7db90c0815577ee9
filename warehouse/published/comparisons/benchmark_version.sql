-- One row per figure and benchmark of the run's authorities that it was not compared with so before. The benchmarks of
-- a month are the same for every extract, so they begin with the authority's first new version.
with
first_version as (
    select la_code, min(version) as version
    from new_version
    group by la_code
),

compared as (
    select la_code, measure_code, month, period, benchmark, benchmark_basis, {
        'benchmark_name': benchmark_name, 'benchmark_period_end': benchmark_period_end,
        'benchmark_value': benchmark_value, 'neighbours_used': neighbours_used, 'design_factor': design_factor,
        'between_variance': between_variance, 'authorities_used': authorities_used, 'cases': cases, 'left_out': left_out
    } as beside
    from kpi.benchmark_comparison
    semi join first_version using (la_code)
),

known as (
    select la_code, measure_code, month, period, benchmark, benchmark_basis, {
        'benchmark_name': benchmark_name, 'benchmark_period_end': benchmark_period_end,
        'benchmark_value': benchmark_value, 'neighbours_used': neighbours_used, 'design_factor': design_factor,
        'between_variance': between_variance, 'authorities_used': authorities_used, 'cases': cases, 'left_out': left_out
    } as beside
    from kpi.benchmark_version
    semi join first_version using (la_code)
    qualify
        row_number() over (
            partition by la_code, measure_code, month, period, benchmark, benchmark_basis order by version desc
        ) = 1
)

select
    la_code, measure_code, month, period, benchmark, benchmark_basis, compared.beside.benchmark_name,
    compared.beside.benchmark_period_end, compared.beside.benchmark_value, compared.beside.neighbours_used,
    first_version.version, compared.beside.design_factor, compared.beside.between_variance,
    compared.beside.authorities_used, compared.beside.cases, compared.beside.left_out
from compared
full join known using (la_code, measure_code, month, period, benchmark, benchmark_basis)
inner join first_version using (la_code)
where
    compared.beside.benchmark_name is distinct from known.beside.benchmark_name
    or compared.beside.benchmark_period_end is distinct from known.beside.benchmark_period_end
    or compared.beside.benchmark_value is distinct from known.beside.benchmark_value
    or compared.beside.neighbours_used is distinct from known.beside.neighbours_used
    or compared.beside.design_factor is distinct from known.beside.design_factor
    or compared.beside.between_variance is distinct from known.beside.between_variance
    or compared.beside.authorities_used is distinct from known.beside.authorities_used
    or compared.beside.cases is distinct from known.beside.cases
    or compared.beside.left_out is distinct from known.beside.left_out
order by la_code, measure_code, month, period, benchmark, benchmark_basis
