-- One row per extract, measure, covered month, breakdown and category with a case, of the kinds that are summed.
select
    tally.la_code, tally.extract_date, tally.measure_code, tally.month, covered_month.status, tally.breakdown,
    tally.category, coalesce(tally.numerator, 0) as numerator,
    case when not (measure.is_count or measure.is_rate) then tally.denominator end as denominator
from measures.tally
inner join measures.covered_month using (la_code, extract_date, measure_code, month)
inner join measures.measure using (measure_code)
where
    tally.breakdown is not null
    and (tally.breakdown <> 'locality' or tally.la_code in (select la_code from reference.locality))
