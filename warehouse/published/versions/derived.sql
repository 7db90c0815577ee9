-- One row per moment, series, month and period that is made of the months as they are known at that moment. Twelve
-- months, quarters and years only where every month of theirs is known, and has ended but for the last.
with
population as (
    select la_code, month, arg_max(population_0_17, extract_date) as population_0_17
    from measures.population_of_month
    group by la_code, month
),

-- The months of the whole, by the measures that are made of them: a rate of events is made of the count it names.
month as (
    select
        truth.la_code, truth.extract_date, measure.measure_code, truth.month, truth.figures.status as status,
        measure.twelve_months_making, measure.quarter_making
    from truth
    inner join measures.measure on measure.made_of = truth.measure_code
    where
        truth.breakdown = '' and truth.period = 'month' and not truth.is_base and truth.figures is not null
        and (la_code, truth.measure_code) in (select (la_code, measure_code) from touched)
),

period as (
    select
        * exclude (twelve_months_making, quarter_making),
        unnest([
            {
                'period': 'rolling_12_months', 'making': twelve_months_making,
                'first_month': (month - interval 11 month)::date
            },
            {
                'period': 'quarter',
                'making': if(month(month) % 3 = 0 and status <> 'to_date', quarter_making, 'none'),
                'first_month': (month - interval 2 month)::date
            },
            {
                'period': 'financial_year_to_date', 'making': quarter_making,
                'first_month': make_date((year(month) - (month(month) < 4)::int)::int, 4, 1)
            }
        ], recursive := true)
    from month
),

known_period as (
    select period.la_code, period.extract_date, period.measure_code, period.month, period.period, period.making,
        if(period.making = 'last_month', period.month, period.first_month) as summed_from,
        any_value(period.status) as status
    from period
    inner join month as member on
        member.la_code = period.la_code
        and member.extract_date = period.extract_date
        and member.measure_code = period.measure_code
        and member.month >= period.first_month
        and member.month <= period.month
    where period.making in ('pooled', 'last_month', 'over_population')
    group by
        period.la_code, period.extract_date, period.measure_code, period.month, period.period, period.making,
        period.first_month
    having
        count(*) = date_diff('month', period.first_month, period.month) + 1
        and count(*) filter (member.status = 'to_date' and member.month < period.month) = 0
),

summed as (
    select
        known_period.la_code, known_period.measure_code, own.breakdown, own.category, known_period.month,
        known_period.period, known_period.extract_date, any_value(known_period.making) as making,
        any_value(known_period.status) as status,
        sum(own.figures.numerator) as numerator,
        case
            when any_value(own.breakdown) <> '' or count(own.figures.denominator) = count(*) then sum(own.figures.denominator)
        end as denominator,
        avg(own.figures.value) as mean_of_months,
        sum(own.figures.missing_start)::bigint as missing_start
    from touched
    inner join measures.measure on measure.made_of = touched.measure_code
    inner join truth as own on
        own.la_code = touched.la_code
        and own.measure_code = touched.measure_code
        and own.breakdown = touched.breakdown
        and own.category = touched.category
    inner join known_period on
        known_period.la_code = own.la_code
        and known_period.extract_date = own.extract_date
        and known_period.measure_code = measure.measure_code
        and known_period.summed_from <= own.month
        and known_period.month >= own.month
        and known_period.month >= touched.first_month
    where own.period = 'month' and not own.is_base and own.figures is not null
    group by all
)

select
    summed.la_code, summed.measure_code, summed.breakdown, summed.category, summed.month, summed.period,
    summed.extract_date,
    {
        'numerator': summed.numerator,
        'denominator': case
            when summed.making <> 'over_population' then summed.denominator
            when summed.breakdown = '' then population.population_0_17
        end,
        'value': case
            when
                measure.is_snapshot and not measure.is_count and summed.period = 'rolling_12_months'
                and setting.snapshot_rolling = 'mean_of_months'
            then summed.mean_of_months
            when measure.is_count then summed.numerator
            when summed.making <> 'over_population' then
                measure.scale * summed.numerator / nullif(summed.denominator, 0)
            when summed.breakdown = '' then measure.scale * summed.numerator / nullif(population.population_0_17, 0)
        end,
        'missing_start': summed.missing_start, 'status': summed.status
    } as figures
from summed
inner join measures.measure using (measure_code)
cross join reference.setting
left join population on population.la_code = summed.la_code and population.month = summed.month
