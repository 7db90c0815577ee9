-- One row per measure, month and case of the extracts that are now their authority's latest.
select
    contribution.la_code, contribution.measure_code, contribution.month, contribution.person_id,
    contribution.record_id, contribution.clock_start, contribution.event_date, contribution.due_date,
    contribution.working_days, contribution.numerator, contribution.denominator, contribution.reason,
    contribution.table_name, contribution.row_number
from measures.contribution
semi join latest_extract using (la_code, extract_date)
order by contribution.la_code, contribution.measure_code, contribution.month
