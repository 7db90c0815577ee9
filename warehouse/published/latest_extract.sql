-- One row per extract of the run that is now its authority's latest.
create or replace temp table latest_extract as
select la_code, max(extract_date) as extract_date
from kpi.kpi_version
group by la_code
having (la_code, max(extract_date)) in (from raw.run_extract)
