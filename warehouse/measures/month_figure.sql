-- One row per extract, measure and covered month, of the kinds whose cases are summed: a month without a case is 0.
select
    covered_month.la_code, covered_month.extract_date, covered_month.measure_code, covered_month.month,
    covered_month.status,
    coalesce(tally.numerator, 0) as numerator,
    case
        when measure.is_count then null
        when measure.is_rate then population_of_month.population_0_17
        else coalesce(tally.denominator, 0)
    end::double as denominator,
    coalesce(tally.missing_start, 0) as missing_start
from measures.covered_month
inner join measures.measure using (measure_code)
left join (from measures.tally where breakdown is null) as tally using (la_code, extract_date, measure_code, month)
left join measures.population_of_month using (la_code, extract_date, month)
where measure.month_making = 'pooled'
