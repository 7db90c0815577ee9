-- One row per measure and case of the run, where the measure can be computed and the month is reported.
select
    counted.* exclude (is_achieved, reason),
    counted.is_achieved::int::double as numerator,
    case when not counted.is_achieved then counted.reason end as reason
from measures.counted
semi join raw.run_extract using (la_code, extract_date)
semi join measures.computable using (la_code, extract_date, measure_code)
semi join facts.reporting_month using (la_code, extract_date, month)
