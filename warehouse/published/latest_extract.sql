-- One row per extract of the run that is now its authority's latest.
create or replace temp table latest_extract as
select la_code, max(extract_date) as extract_date
from kpi.published_extract
group by la_code
having (la_code, max(extract_date)) in (select (la_code, extract_date) from new_version where kind = 'publication')
