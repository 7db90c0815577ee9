-- One row per measure and statistical neighbour: what the neighbour published, of the year with which an authority's month
-- is compared.
select distinct
    measure.title, benchmark_neighbour.benchmark_period_end, benchmark_neighbour.neighbour_rank,
    benchmark_neighbour.neighbour_name, benchmark_neighbour.value, measure.position, measure.decimal_places
from benchmark_neighbour
inner join measure using (measure_code)
inner join benchmark_comparison as beside on
    beside.la_code = benchmark_neighbour.la_code
    and beside.measure_code = benchmark_neighbour.measure_code
    and beside.benchmark_name = benchmark_neighbour.benchmark_name
    and beside.benchmark_period_end = benchmark_neighbour.benchmark_period_end
where benchmark_neighbour.la_code = $la_code and beside.month = $month
order by measure.position, benchmark_neighbour.neighbour_rank
