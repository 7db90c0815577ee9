-- One row per authority of the run whose latest extract is in the group: its cases are the current ones from now on.
create or replace table latest_extract as
select la_code, max(extract_date) as extract_date
from kpi.published_extract
semi join written_extract using (la_code)
group by la_code
having (la_code, max(extract_date)) in (select (la_code, extract_date) from staged.extract)
