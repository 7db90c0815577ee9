-- One row per authority, measure, published year, neighbour model and neighbour: what each statistical neighbour published,
-- NULL where it published nothing, with the reason. Their mean stands in benchmark_comparison under the same name and year.
with
mean_of as (
    select distinct la_code, measure_code, benchmark_name, benchmark_period_end
    from benchmark_comparison
    where benchmark_basis = 'mean_of_neighbours' and benchmark_period_end is not null
)

select
    mean_of.la_code, mean_of.measure_code, mean_of.benchmark_name, mean_of.benchmark_period_end,
    neighbour.rank as neighbour_rank, neighbour.neighbour_la_code, geography.name as neighbour_name, published.value,
    published.suppression
from mean_of
inner join measure using (measure_code)
inner join reference.statistical_neighbour as neighbour on
    neighbour.la_code = mean_of.la_code
    and 'Statistical neighbours, ' || neighbour.neighbour_model_name || ' model' = mean_of.benchmark_name
left join (
    select la_code, any_value(name) as name from reference.geography where la_code is not null group by la_code
) as geography on geography.la_code = neighbour.neighbour_la_code
left join (
    select * from reference.benchmark semi join reference.geography using (geography_code)
) as published on
    published.la_code = neighbour.neighbour_la_code
    and published.indicator_code = measure.benchmark_indicator
    and published.period_end = mean_of.benchmark_period_end
