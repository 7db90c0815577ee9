-- One row per extract, measure, month, period, breakdown and category with a case, of the kinds that are counted anew.
select
    tally.la_code, tally.extract_date, tally.measure_code, tally.month, tally.period, covered_month.status,
    tally.breakdown, tally.category,
    case when measure.kind <> 'median' then tally.numerator end as numerator,
    case when not measure.is_rate then tally.denominator end as denominator,
    tally.value
from measures.tally_anew as tally
inner join measures.covered_month using (la_code, extract_date, measure_code, month)
inner join measures.measure using (measure_code)
where
    tally.breakdown is not null
    and (tally.breakdown <> 'locality' or tally.la_code in (select la_code from reference.locality))
