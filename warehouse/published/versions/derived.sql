-- One row per moment, series, month and period that is made of the months as they are known at that moment. Twelve
-- months, quarters and years only where every month of theirs is known, and has ended but for the last.
with
population as (
    select la_code as of_la_code, month as of_month, arg_max(population_0_17, extract_date) as population_0_17
    from measures.population_of_month
    group by la_code, month
),

-- A rate of events has no months of its own: it is made of those of the count it names.
series as (
    select touched.la_code, measure.measure_code, measure.made_of, touched.breakdown, touched.category,
        touched.first_month
    from touched
    inner join measures.measure on measure.made_of = touched.measure_code
    where
        'pooled' in (measure.twelve_months_making, measure.quarter_making)
        or 'last_month' = measure.quarter_making
        or 'over_population' = measure.twelve_months_making
),

-- The months of a category are those of the whole: without a case it has no row, and adds nothing.
month as (
    select
        series.la_code, series.measure_code, series.breakdown, series.category, series.first_month, whole.extract_date,
        whole.month, whole.figures.status as status,
        whole.figures.status <> 'to_date' as has_ended,
        case when series.breakdown = '' then whole.figures else own.figures end as figures
    from series
    inner join truth as whole on
        whole.la_code = series.la_code
        and whole.measure_code = series.made_of
        and whole.breakdown = ''
        and whole.period = 'month'
        and not whole.is_base
        and whole.month >= series.first_month - interval 11 month
    left join truth as own on
        series.breakdown <> ''
        and own.la_code = whole.la_code
        and own.measure_code = whole.measure_code
        and own.breakdown = series.breakdown
        and own.category = series.category
        and own.period = 'month'
        and own.month = whole.month
        and own.extract_date = whole.extract_date
    where whole.figures is not null
),

summed as (
    select
        *,
        count(*) over twelve as months_in_twelve, count(*) filter (not has_ended) over before_twelve as open_in_twelve,
        sum(figures.numerator) over twelve as numerator_of_twelve,
        case when breakdown <> '' or count(figures.denominator) over twelve = 12 then sum(figures.denominator) over twelve end
            as denominator_of_twelve,
        avg(figures.value) over twelve as mean_of_twelve,
        sum(figures.missing_start) over twelve as missing_in_twelve,
        count(*) over three as months_in_three, count(*) filter (not has_ended) over three as open_in_three,
        sum(figures.numerator) over three as numerator_of_three,
        sum(figures.denominator) over three as denominator_of_three,
        sum(figures.missing_start) over three as missing_in_three,
        count(*) over year_to_date as months_in_year,
        count(*) filter (not has_ended) over before_year as open_in_year,
        sum(figures.numerator) over year_to_date as numerator_of_year,
        sum(figures.denominator) over year_to_date as denominator_of_year,
        sum(figures.missing_start) over year_to_date as missing_in_year,
        count(figures) over twelve as cases_in_twelve, count(figures) over three as cases_in_three,
        count(figures) over year_to_date as cases_in_year
    from month
    window
        twelve as (
            partition by la_code, measure_code, breakdown, category, extract_date order by month
            range between interval 11 month preceding and current row
        ),
        before_twelve as (
            partition by la_code, measure_code, breakdown, category, extract_date order by month
            range between interval 11 month preceding and interval 1 day preceding
        ),
        three as (
            partition by la_code, measure_code, breakdown, category, extract_date order by month
            range between interval 2 month preceding and current row
        ),
        year_to_date as (
            partition by
                la_code, measure_code, breakdown, category, extract_date,
                (year(month) - (month(month) < 4)::int)
            order by month range between unbounded preceding and current row
        ),
        before_year as (
            partition by
                la_code, measure_code, breakdown, category, extract_date,
                (year(month) - (month(month) < 4)::int)
            order by month range between unbounded preceding and interval 1 day preceding
        )
),

period as (
    select
        summed.* exclude (figures),
        unnest([
            {
                'period': 'rolling_12_months',
                'is_known': months_in_twelve = 12 and open_in_twelve = 0 and cases_in_twelve > 0
                and measure.twelve_months_making in ('pooled', 'over_population'),
                'numerator': numerator_of_twelve,
                'denominator': case
                    when measure.twelve_months_making <> 'over_population' then denominator_of_twelve
                    when breakdown = '' then population.population_0_17
                end,
                'value': case
                    when measure.is_snapshot and setting.snapshot_rolling = 'mean_of_months' and not measure.is_count
                    then mean_of_twelve
                end,
                'missing_start': missing_in_twelve
            },
            {
                'period': 'quarter',
                'is_known': month(month) % 3 = 0 and has_ended
                and case measure.quarter_making
                    when 'pooled' then months_in_three = 3 and open_in_three = 0 and cases_in_three > 0
                    when 'last_month' then figures is not null
                    else false
                end,
                'numerator': if(measure.quarter_making = 'pooled', numerator_of_three, figures.numerator),
                'denominator': if(measure.quarter_making = 'pooled', denominator_of_three, figures.denominator),
                'value': null,
                'missing_start': if(measure.quarter_making = 'pooled', missing_in_three, figures.missing_start)
            },
            {
                'period': 'financial_year_to_date',
                'is_known': case measure.quarter_making
                    when 'pooled'
                    then
                        months_in_year = (month(month) + 8) % 12 + 1 and open_in_year = 0 and cases_in_year > 0
                    when 'last_month' then figures is not null
                    else false
                end,
                'numerator': if(measure.quarter_making = 'pooled', numerator_of_year, figures.numerator),
                'denominator': if(measure.quarter_making = 'pooled', denominator_of_year, figures.denominator),
                'value': null,
                'missing_start': if(measure.quarter_making = 'pooled', missing_in_year, figures.missing_start)
            }
        ], recursive := true),
        measure.scale, measure.is_count
    from summed
    inner join measures.measure using (measure_code)
    cross join reference.setting
    left join population on population.of_la_code = summed.la_code and population.of_month = summed.month
    where summed.month >= summed.first_month
)

select
    la_code, measure_code, breakdown, category, month, period, extract_date,
    {
        'numerator': numerator, 'denominator': denominator,
        'value': coalesce(
            value,
            case
                when scale is not null then scale * numerator / nullif(denominator, 0)
                when is_count then numerator
            end
        ),
        'missing_start': missing_start::bigint, 'status': status
    } as figures
from period
where is_known
