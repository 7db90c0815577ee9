-- One row per authority, measure and month that has ended: what a committee reads of it. What is compared with the target
-- and with other months is the month's value; of rates of events and of distinct children it is that of twelve months.
-- Reads monthly_kpi_ended, measure, target, benchmark_comparison, benchmark_neighbour, benchmark_year and spc_sentence.
with
period as (
    select
        ended.la_code, ended.measure_code, ended.month,
        max(ended.value) filter (ended.period = 'month') as value,
        max(ended.value) filter (ended.period = 'rolling_12_months') as value_12_months,
        max(ended.value) filter (ended.period = 'financial_year_to_date') as value_year_to_date,
        max(ended.value) filter (ended.period = 'quarter') as value_of_quarter,
        any_value(measure.polarity) as polarity,
        any_value(measure.decimal_places) as decimal_places,
        any_value(measure.kind) as kind
    from monthly_kpi_ended as ended
    inner join measure using (measure_code)
    group by ended.la_code, ended.measure_code, ended.month
),

figure as (
    select
        *,
        if(kind in ('rate_of_events', 'distinct_children'), value_12_months, value) as compared,
        -- The last month of the latest quarter that had ended.
        (month - to_months((month(month) % 3)::integer))::date as quarter
    from period
),

in_force as (
    -- A target holds on the month's last day; the council's own goes before the nation's.
    select
        figure.la_code, figure.measure_code, figure.month,
        arg_min(target.target, target.scope = 'national') as target,
        arg_min(target.tolerance, target.scope = 'national') as tolerance
    from figure
    inner join target using (la_code, measure_code)
    where last_day(figure.month) between target.valid_from and coalesce(target.valid_to, date '9999-12-31')
    group by figure.la_code, figure.measure_code, figure.month
),

beside as (
    select
        la_code, measure_code, month,
        max(benchmark_value) filter (benchmark = 'statistical_neighbours') as neighbours,
        max(benchmark_value) filter (benchmark = 'region') as region,
        max(benchmark_value) filter (benchmark = 'england') as england,
        any_value(benchmark_period_end) as benchmark_period_end,
        any_value(benchmark_name) filter (benchmark = 'statistical_neighbours') as benchmark_name
    from benchmark_comparison
    where benchmark_basis <> 'quoted'
    group by la_code, measure_code, month
),

neighbour as (
    select
        la_code, measure_code, benchmark_period_end, benchmark_name,
        max(value) as highest, min(value) as lowest
    from benchmark_neighbour
    group by la_code, measure_code, benchmark_period_end, benchmark_name
)

select
    figure.la_code, figure.measure_code, figure.month, figure.value, figure.value_12_months,
    figure.value_year_to_date,
    in_force.target,
    rag_of(figure.compared, in_force.target, in_force.tolerance, figure.polarity) as rag,
    direction_of(figure.compared, month_before.compared, figure.polarity, figure.decimal_places) as direction_month,
    direction_of(
        quarter.value_of_quarter, quarter_before.value_of_quarter, figure.polarity, figure.decimal_places
    ) as direction_quarter,
    direction_of(figure.compared, year_before.compared, figure.polarity, figure.decimal_places) as direction_year,
    beside.neighbours, beside.region, beside.england,
    case benchmark_year.polarity
        when 'higher_better' then neighbour.highest when 'lower_better' then neighbour.lowest
    end as best_neighbour,
    benchmark_year.top_quartile,
    spc_sentence.sentence as signal
from figure
left join figure as month_before on
    month_before.la_code = figure.la_code
    and month_before.measure_code = figure.measure_code
    and month_before.month = figure.month - interval 1 month
left join figure as year_before on
    year_before.la_code = figure.la_code
    and year_before.measure_code = figure.measure_code
    and year_before.month = figure.month - interval 1 year
left join figure as quarter on
    quarter.la_code = figure.la_code
    and quarter.measure_code = figure.measure_code
    and quarter.month = figure.quarter
left join figure as quarter_before on
    quarter_before.la_code = figure.la_code
    and quarter_before.measure_code = figure.measure_code
    and quarter_before.month = figure.quarter - interval 3 month
left join in_force on
    in_force.la_code = figure.la_code
    and in_force.measure_code = figure.measure_code
    and in_force.month = figure.month
left join beside on
    beside.la_code = figure.la_code
    and beside.measure_code = figure.measure_code
    and beside.month = figure.month
left join neighbour on
    neighbour.la_code = figure.la_code
    and neighbour.measure_code = figure.measure_code
    and neighbour.benchmark_period_end = beside.benchmark_period_end
    and neighbour.benchmark_name = beside.benchmark_name
left join benchmark_year on
    benchmark_year.measure_code = figure.measure_code
    and benchmark_year.benchmark_period_end = beside.benchmark_period_end
left join spc_sentence on
    spc_sentence.la_code = figure.la_code
    and spc_sentence.measure_code = figure.measure_code
    and spc_sentence.month = figure.month
