-- One row per authority, measure and statistical neighbour: what the neighbour published, of the year with which the
-- authority's latest ended month is compared.
select distinct
    benchmark_neighbour.la_code, measure.title, benchmark_neighbour.benchmark_period_end,
    benchmark_neighbour.neighbour_rank, benchmark_neighbour.neighbour_name, benchmark_neighbour.value,
    measure.position, measure.decimal_places
from benchmark_neighbour
inner join measure using (measure_code)
inner join benchmark_comparison as beside on
    beside.la_code = benchmark_neighbour.la_code
    and beside.measure_code = benchmark_neighbour.measure_code
    and beside.benchmark_name = benchmark_neighbour.benchmark_name
    and beside.benchmark_period_end = benchmark_neighbour.benchmark_period_end
inner join latest_month on latest_month.la_code = beside.la_code and latest_month.month = beside.month
where benchmark_neighbour.la_code = $la_code
order by benchmark_neighbour.la_code, measure.position, benchmark_neighbour.neighbour_rank
