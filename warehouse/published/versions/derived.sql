-- One row per moment, series, month and period that is made of the months as they are known at that moment. Twelve
-- months, quarters and years only where every month of theirs is known, and has ended but for the last.
with
population as (
    select la_code, month, arg_max(population_0_17, extract_date) as population_0_17
    from measures.population_of_month
    group by la_code, month
),

touched_whole as (
    select distinct series.whole_id from touched inner join series using (series_id)
),

-- The months of the whole, by the wholes that are made of them: a rate of events is made of the count it names.
month as (
    select
        made.series_id as whole_id, truth.extract_date, truth.month, truth.figures.status as status,
        made.twelve_months_making, made.quarter_making
    from truth
    inner join series as made on made.source_id = truth.series_id and made.series_id = made.whole_id
    where
        truth.period = 'month'
        and truth.figures is not null
        and truth.series_id in (select whole_id from touched_whole)
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

-- Read twice, and numbered alike by both only where it is made once.
known_period as materialized (
    select
        row_number() over () as period_id, period.whole_id, period.extract_date, period.month,
        period.period::period as period, period.making,
        if(period.making = 'last_month', period.month, period.first_month) as summed_from,
        any_value(period.status) as status
    from period
    inner join month as member on
        member.whole_id = period.whole_id
        and member.extract_date = period.extract_date
        and member.month >= period.first_month
        and member.month <= period.month
    where period.making in ('pooled', 'last_month', 'over_population')
    group by period.whole_id, period.extract_date, period.month, period.period, period.making, period.first_month
    having
        count(*) = date_diff('month', period.first_month, period.month) + 1
        and count(*) filter (member.status = 'to_date' and member.month < period.month) = 0
),

member as (
    select period_id, whole_id, extract_date, month,
        unnest(range(summed_from, month + interval 1 month, interval 1 month))::date as member_month
    from known_period
),

-- As decimals, or a sum of fractions would depend on the order in which the months are added.
own as (
    select
        made.series_id, made.whole_id, truth.extract_date, truth.month, touched.first_month,
        truth.figures.numerator::decimal(38, 12) as numerator,
        truth.figures.denominator::decimal(38, 12) as denominator,
        case when setting.snapshot_rolling = 'mean_of_months' then truth.figures.value::decimal(38, 12) end as value,
        truth.figures.missing_start
    from touched
    inner join series as made on made.source_id = touched.series_id
    inner join truth on truth.series_id = touched.series_id
    cross join reference.setting
    where truth.period = 'month' and truth.figures is not null
),

summed as (
    select
        own.series_id, member.period_id,
        sum(own.numerator)::double as numerator,
        sum(own.denominator)::double as denominator,
        count(own.denominator) = count(*) as has_every_denominator,
        avg(own.value) as mean_of_months,
        sum(own.missing_start)::bigint as missing_start
    from own
    inner join member on
        member.whole_id = own.whole_id
        and member.extract_date = own.extract_date
        and member.member_month = own.month
        and member.month >= own.first_month
    group by own.series_id, member.period_id
),

figure as (
    select
        summed.* exclude (denominator), known_period.*, series.la_code, series.measure_code, series.breakdown,
        case
            when series.breakdown <> '' or summed.has_every_denominator then summed.denominator
        end as denominator
    from summed
    inner join known_period using (period_id)
    inner join series using (series_id)
)

select
    figure.series_id, figure.month, figure.period, figure.extract_date,
    {
        'numerator': figure.numerator,
        'denominator': case
            when figure.making <> 'over_population' then figure.denominator
            when figure.breakdown = '' then population.population_0_17
        end,
        'value': case
            when
                measure.is_snapshot and not measure.is_count and figure.period = 'rolling_12_months'
                and setting.snapshot_rolling = 'mean_of_months'
            then figure.mean_of_months
            when measure.is_count then figure.numerator
            when figure.making <> 'over_population' then
                measure.scale * figure.numerator / nullif(figure.denominator, 0)
            when figure.breakdown = '' then measure.scale * figure.numerator / nullif(population.population_0_17, 0)
        end,
        'missing_start': figure.missing_start, 'status': figure.status
    } as figures
from figure
inner join measures.measure using (measure_code)
cross join reference.setting
left join population on population.la_code = figure.la_code and population.month = figure.month
