-- One row per measure of an extract that is now its authority's latest: the months that it covers.
select la_code, measure_code, first_month, last_month
from measures.measure_coverage
semi join latest_extract using (la_code, extract_date)
where first_month is not null
