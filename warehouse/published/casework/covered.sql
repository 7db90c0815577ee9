-- One row per measure of an extract that is now its authority's latest and stretch of months that it covers: a month
-- whose own cases ask for more of the past than is there parts two stretches.
select la_code, measure_code, min(month) as first_month, max(month) as last_month
from (
    select
        *,
        date_diff('month', date '2000-01-01', month)
        - row_number() over (partition by la_code, extract_date, measure_code order by month) as stretch
    from measures.covered_month
    semi join latest_extract using (la_code, extract_date)
)
group by la_code, measure_code, stretch
