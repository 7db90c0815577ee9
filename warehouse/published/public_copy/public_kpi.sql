-- One row per authority, measure, ended month and period. Made of the ranges in `public_count` and of nothing else that
-- is not public: each count is the middle of its range, to the nearest 5. Without a number, its symbol says why.
with
month as (
    select
        *,
        greatest(cases_low - not_met_high, 0) as met_low,
        cases_high - not_met_low as met_high
    from public_count
),

rolled as (
    select
        la_code, measure_code, month, 'rolling_12_months' as period, status, kind, population,
        sum(cases_low) over twelve as cases_low, sum(cases_high) over twelve as cases_high,
        sum(not_met_low) over twelve as not_met_low, sum(not_met_high) over twelve as not_met_high,
        sum(met_low) over twelve as met_low, sum(met_high) over twelve as met_high
    from month
    where kind = 'share_of_events'
    window twelve as (
        partition by la_code, measure_code order by month range between interval 11 months preceding and current row
    )
    qualify count(*) over twelve = 12
),

figure as (
    select
        la_code, measure_code, month, 'month' as period, status, kind, population, cases_low, cases_high, not_met_low,
        not_met_high, met_low, met_high
    from month
    union all by name
    from rolled
),

told as (
    select
        *,
        kind = 'rate_of_snapshot' as is_rate,
        (cases_low + cases_high) / 2 as cases,
        (not_met_low + not_met_high) / 2 as not_met,
        -- Whether the number may be from 1 to 5.
        cases_low <= 5 and cases_high > 0 as are_cases_few,
        not_met_low <= 5 and not_met_high > 0 as are_not_met_few,
        met_low <= 5 and met_high > 0 as are_met_few
    from figure
),

valued as (
    select
        *,
        case when are_cases_few or not is_rate and (are_not_met_few or are_met_few) then 'c' end as numerator_symbol,
        case
            when is_rate and population is null then 'x'
            when not is_rate and are_cases_few then 'c'
        end as denominator_symbol,
        case
            when is_rate then 10000 * cases / population
            else 100 * (cases - not_met) / nullif(cases, 0)
        end as value,
        case
            when is_rate then 10000 * cases_low / population
            when cases_high > 0 then greatest(100 * (cases_low - not_met_high) / cases_low, 0)
        end as value_low,
        case
            when is_rate then 10000 * cases_high / population
            when cases_high > 0 then 100 * (cases_high - not_met_low) / cases_high
        end as value_high
    from told
),

marked as (
    select
        *,
        case
            when denominator_symbol = 'x' then 'x'
            when not is_rate and cases_high = 0 then 'z'
            when numerator_symbol = 'c' then 'c'
            when value_high - value_low > 20 then 'u'
        end as value_symbol
    from valued
)

select
    marked.la_code, marked.measure_code, marked.month, marked.period,
    case
        when numerator_symbol is null then round((case when marked.is_rate then cases else cases - not_met end) / 5) * 5
    end::bigint as numerator,
    numerator_symbol,
    case
        when denominator_symbol is null then case when marked.is_rate then population else round(cases / 5) * 5 end
    end::bigint as denominator,
    denominator_symbol,
    case when value_symbol is null then round(value, places) end as value,
    value_symbol,
    case when not are_cases_few then floor(value_low * power(10, places)) / power(10, places) end as value_low,
    case when not are_cases_few then ceil(value_high * power(10, places)) / power(10, places) end as value_high,
    measure.unit, marked.status, extract.extract_date
from marked
inner join (select *, decimal_places::integer as places from kpi.measure) as measure using (measure_code)
inner join (select la_code, max(extract_date) as extract_date from kpi.kpi_version group by la_code) as extract
    using (la_code)
order by marked.la_code, measure.position, marked.month, marked.period
