-- One row per measure of an authority's month: its scorecard, in the order of the catalogue, and the year that its benchmarks
-- are of.
select scorecard.*, beside.benchmark_period_end
from scorecard
inner join measure using (measure_code)
left join (
    select measure_code, any_value(benchmark_period_end) as benchmark_period_end
    from benchmark_comparison
    where la_code = $la_code and month = $month and benchmark_basis <> 'quoted'
    group by measure_code
) as beside using (measure_code)
where scorecard.la_code = $la_code and scorecard.month = $month
order by measure.position
