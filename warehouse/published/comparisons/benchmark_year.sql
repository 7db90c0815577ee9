-- One row per measure and year that its indicator was published for: the cut of the best quarter of all authorities'
-- figures, as R's type 7 interpolates it. Without one where the measure, or its publisher, calls neither way good.
with
figure as (
    select
        measure.measure_code, benchmark.period_end as benchmark_period_end, benchmark.value,
        case when indicator.polarity in ('High', 'Low') and measure.polarity <> 'neutral' then measure.polarity end
            as polarity
    from measure
    inner join reference.benchmark on benchmark.indicator_code = measure.benchmark_indicator
    inner join reference.indicator on indicator.indicator_code = benchmark.indicator_code
    semi join reference.geography on geography.geography_code = benchmark.geography_code
    where benchmark.la_code is not null and benchmark.value is not null
)

select
    measure_code, benchmark_period_end, polarity, count(*) as authorities,
    case polarity
        when 'higher_better' then quantile_cont(value, 0.75) when 'lower_better' then quantile_cont(value, 0.25)
    end as top_quartile
from figure
group by measure_code, benchmark_period_end, polarity
order by measure_code, benchmark_period_end
