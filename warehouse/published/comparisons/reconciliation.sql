-- One row per authority, measure that DfE publishes and year to 31 March: our figure, DfE's, and what the gap is made of.
-- Each part is the figure before less the figure after one more step towards DfE's definition, in the order of the columns;
-- one that cannot be computed is NULL. Why each step: docs/statistics.md.
with
ours as (
    select
        current_kpi.la_code, current_kpi.measure_code, current_kpi.period, current_kpi.month,
        make_date(year(current_kpi.month), 3, 31) as year_end,
        current_kpi.numerator, current_kpi.denominator, current_kpi.value,
        measure.benchmark_indicator, measure.scale, measure.is_rate
    from monthly_kpi_current as current_kpi
    inner join measure using (measure_code)
    where
        month(current_kpi.month) = 3
        and current_kpi.period = measure.compared_period
        and current_kpi.status <> 'to_date'
        and measure.benchmark_indicator is not null
),

published as (
    select indicator_code, period_end, la_code, value, denominator
    from reference.benchmark
    semi join ours on ours.benchmark_indicator = benchmark.indicator_code and ours.year_end = benchmark.period_end
),

-- The places that DfE gave the figures of the year with.
precision as (
    select
        indicator_code, period_end,
        max(case when value = round(value) then 0 when abs(value - round(value, 1)) < 1e-9 then 1 else 4 end) as places
    from published
    where value is not null
    group by indicator_code, period_end
),

-- The last extract by 31 July, of which DfE's figure was made.
submitted as (
    select ours.la_code, ours.year_end, max(extract.extract_date) as extract_date
    from (select distinct la_code, year_end from ours) as ours
    inner join kpi.published_extract as extract
        on extract.la_code = ours.la_code
        and extract.extract_date between ours.year_end and make_date(year(ours.year_end), 7, 31)
    group by ours.la_code, ours.year_end
),

known_then as (
    select stored.la_code, stored.measure_code, submitted.year_end, stored.numerator, stored.denominator
    from submitted
    inner join ours using (la_code, year_end)
    inner join kpi.monthly_kpi as stored
        on stored.la_code = ours.la_code
        and stored.measure_code = ours.measure_code
        and stored.month = ours.month
        and stored.period = ours.period
        and stored.extract_date <= submitted.extract_date
    semi join kpi.published_extract as extract
        on extract.la_code = stored.la_code
        and extract.extract_date = stored.extract_date
    qualify
        row_number() over (
            partition by stored.la_code, stored.measure_code, submitted.year_end
            order by stored.extract_date desc, stored.version desc
        ) = 1
),

-- The cases counted as DfE does, by the latest extract that covers the year, and by the last one by 31 July.
counted as (
    select
        dfe_count.la_code, dfe_count.measure_code, dfe_count.year_end,
        arg_max(dfe_count.step, dfe_count.extract_date) as step,
        arg_max({'numerator': dfe_count.numerator, 'denominator': dfe_count.denominator}, dfe_count.extract_date) as now,
        arg_max({'numerator': dfe_count.numerator, 'denominator': dfe_count.denominator}, dfe_count.extract_date) filter (
            dfe_count.extract_date <= submitted.extract_date
        ) as at_submission
    from kpi.dfe_count as dfe_count
    semi join kpi.published_extract as extract
        on extract.la_code = dfe_count.la_code
        and extract.extract_date = dfe_count.extract_date
    left join submitted
        on submitted.la_code = dfe_count.la_code
        and submitted.year_end = dfe_count.year_end
    group by dfe_count.la_code, dfe_count.measure_code, dfe_count.year_end
),

stepped as (
    select
        ours.*,
        published.value as published_value,
        published.denominator as published_population,
        precision.places,
        counted.step,
        -- Which step the measure takes, whether or not it can be computed.
        case
            when ours.measure_code = 'assessment_timeliness' then 'assessment_clock'
            when starts_with(ours.measure_code, 'icpc') then 'transfer_in'
            when ours.measure_code in ('children_in_need_rate', 're_referrals') then 'distinct_or_episode'
        end as own_step,
        coalesce(
            case
                when counted.step is not null
                    then ours.scale * counted.now.numerator
                    / nullif(coalesce(counted.now.denominator, ours.denominator), 0)
            end,
            ours.value
        ) as as_defined,
        case
            when own_step is not null and counted.step is not null
                then ours.scale * counted.at_submission.numerator
                / nullif(coalesce(counted.at_submission.denominator, ours.denominator), 0)
            when own_step is null
                then ours.scale * known_then.numerator
                / nullif(if(ours.is_rate, ours.denominator, known_then.denominator), 0)
        end as as_submitted
    from ours
    inner join published
        on published.la_code = ours.la_code
        and published.indicator_code = ours.benchmark_indicator
        and published.period_end = ours.year_end
    left join precision
        on precision.indicator_code = published.indicator_code
        and precision.period_end = published.period_end
    left join counted
        on counted.la_code = ours.la_code
        and counted.measure_code = ours.measure_code
        and counted.year_end = ours.year_end
    left join known_then
        on known_then.la_code = ours.la_code
        and known_then.measure_code = ours.measure_code
        and known_then.year_end = ours.year_end
),

divided as (
    select
        *,
        coalesce(as_submitted, as_defined) as before_population,
        case
            when not is_rate then coalesce(as_submitted, as_defined)
            else coalesce(as_submitted, as_defined) * denominator / nullif(published_population, 0)
        end as by_population
    from stepped
),

rounded as (
    select
        *,
        coalesce(by_population, before_population) as before_rounding,
        -- Half up, as DfE rounds; the last places of a binary number are none.
        round(round(coalesce(by_population, before_population), 9), places) as as_rounded
    from divided
),

part as (
    select
        la_code, measure_code, year_end, value as our_value, published_value, value - published_value as gap,
        case when own_step = 'assessment_clock' and step is null then null
            when own_step = 'assessment_clock' then value - as_defined else 0 end as assessment_clock,
        case when own_step = 'transfer_in' and step is null then null
            when own_step = 'transfer_in' then value - as_defined else 0 end as transfer_in,
        case when own_step = 'distinct_or_episode' and step is null then null
            when own_step = 'distinct_or_episode' then value - as_defined else 0 end as distinct_or_episode,
        as_defined - as_submitted as late_recording,
        before_population - by_population as population,
        case when published_value is not null then before_rounding - as_rounded end as rounding
    from rounded
)

select
    *,
    round(
        gap - coalesce(assessment_clock, 0) - coalesce(transfer_in, 0) - coalesce(distinct_or_episode, 0)
        - coalesce(late_recording, 0) - coalesce(population, 0) - coalesce(rounding, 0),
        9
    ) + 0 as unexplained
from part
order by la_code, measure_code, year_end
