-- One row per measure and statistical neighbour of an authority: what the neighbour published of the latest year that the
-- authority's figures are compared with.
select distinct
    neighbour.measure_code, neighbour.benchmark_period_end as year_end, neighbour.neighbour_name as name, neighbour.value
from benchmark_neighbour as neighbour
inner join (
    select measure_code, benchmark_name, max(benchmark_period_end) as benchmark_period_end
    from benchmark_comparison
    where la_code = $la_code and benchmark_basis = 'mean_of_neighbours'
    group by measure_code, benchmark_name
) as latest using (measure_code, benchmark_name, benchmark_period_end)
where neighbour.la_code = $la_code and neighbour.value is not null
order by neighbour.measure_code, neighbour.value desc, neighbour.neighbour_name
