-- One row per extract, measure, month and period of the run: the figures as this extract has them.
-- Months without a case are months with the figure 0 of 0; twelve months are made from the months, pooled.
with
month as (
    select
        reporting_month.la_code, reporting_month.extract_date, computable.measure_code, measure.kind, measure.unit,
        measure.definition_version, reporting_month.month, reporting_month.status,
        coalesce(sum(contribution.numerator), 0) as cases_in_numerator,
        coalesce(sum(contribution.denominator), 0) as cases_in_denominator,
        coalesce(sum(contribution.is_start_missing::bigint), 0)::bigint as missing_start,
        any_value(population_of_month.population_0_17) as population
    from facts.reporting_month
    semi join raw.run_extract using (la_code, extract_date)
    inner join measures.computable using (la_code, extract_date)
    inner join measures.measure using (measure_code)
    left join measures.population_of_month using (la_code, extract_date, month)
    left join measures.contribution using (la_code, extract_date, measure_code, month)
    group by
        reporting_month.la_code, reporting_month.extract_date, computable.measure_code, measure.kind, measure.unit,
        measure.definition_version, reporting_month.month, reporting_month.status
),

counted as (
    select
        * exclude (cases_in_numerator, cases_in_denominator, population),
        cases_in_numerator::double as numerator,
        case when kind = 'rate_of_snapshot' then population else cases_in_denominator end::double as denominator,
        case when kind = 'rate_of_snapshot' then 10000 else 100 end as scale
    from month
),

valued as (
    select *, scale * numerator / nullif(denominator, 0) as value from counted
),

rolled as (
    select
        * exclude (numerator, denominator, value, missing_start),
        sum(numerator) over twelve as numerator,
        case when count(denominator) over twelve = 12 then sum(denominator) over twelve end as denominator,
        sum(missing_start) over twelve as missing_start,
        avg(value) over twelve as mean_of_months,
        count(*) over twelve as months
    from valued
    window twelve as (
        partition by la_code, extract_date, measure_code order by month rows between 11 preceding and current row
    )
)

select
    la_code, extract_date, measure_code, month, 'month' as period, numerator, denominator, value, unit, missing_start,
    status, definition_version
from valued
union all
select
    rolled.la_code, rolled.extract_date, rolled.measure_code, rolled.month, 'rolling_12_months',
    rolled.numerator, rolled.denominator,
    case
        when setting.snapshot_rolling = 'mean_of_months' and rolled.kind like '%snapshot' then rolled.mean_of_months
        else rolled.scale * rolled.numerator / nullif(rolled.denominator, 0)
    end,
    rolled.unit, rolled.missing_start::bigint, rolled.status, rolled.definition_version
from rolled cross join reference.setting
where rolled.months = 12
