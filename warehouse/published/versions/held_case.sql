-- One row per authority of the run whose cases are published: of which extract they are. None where they were purged.
select case_extract.la_code, case_extract.extract_date
from casework.case_extract
semi join new_version using (la_code)
