-- One row per authority and measure of its latest ended month: its scorecard, in the order of the catalogue, and the year
-- that its benchmarks are of.
select
    scorecard.*,
    (
        select any_value(beside.benchmark_period_end)
        from benchmark_comparison as beside
        where
            beside.la_code = scorecard.la_code
            and beside.measure_code = scorecard.measure_code
            and beside.month = scorecard.month
            and beside.benchmark_basis <> 'quoted'
    ) as benchmark_period_end
from scorecard
inner join latest_month using (la_code, month)
inner join measure using (measure_code)
where scorecard.la_code = $la_code
order by scorecard.la_code, measure.position
