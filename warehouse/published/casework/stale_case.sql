-- One row per authority of the run whose published cases are of an extract that is no longer its latest, and whose latest
-- is not in the group: they are taken out.
select case_extract.la_code
from casework.case_extract
semi join written_extract using (la_code)
anti join latest_extract using (la_code)
anti join kpi.published_extract using (la_code, extract_date)
