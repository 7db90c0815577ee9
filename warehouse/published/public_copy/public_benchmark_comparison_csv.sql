-- One row per row of public_benchmark_comparison, with the symbol where there is no number, and the publication.
select
    * exclude (published_at, value_symbol)
    replace (
        coalesce(regexp_replace(value::varchar, '\.0$', ''), value_symbol) as value,
        round(benchmark_value, 2) as benchmark_value,
        coalesce(difference::varchar, value_symbol) as difference
    )
from public_benchmark_comparison cross join public_publication
order by public_benchmark_comparison.rowid
