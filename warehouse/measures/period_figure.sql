-- One row per extract, measure, month and period whose months are all covered, of the kinds that are counted anew.
with
period as (
    select distinct la_code, extract_date, measure_code, month, period from measures.period_member
)

select
    period.la_code, period.extract_date, period.measure_code, period.month, period.period, covered_month.status,
    case when measure.kind <> 'median' then coalesce(tally.numerator, 0) end as numerator,
    case when measure.is_rate then population_of_month.population_0_17 else coalesce(tally.denominator, 0) end::double
        as denominator,
    tally.value,
    0::bigint as missing_start
from period
inner join measures.measure using (measure_code)
inner join measures.covered_month using (la_code, extract_date, measure_code, month)
left join (from measures.tally_anew where breakdown is null) as tally
    using (la_code, extract_date, measure_code, month, period)
left join measures.population_of_month using (la_code, extract_date, month)
