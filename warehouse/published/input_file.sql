-- One row per file of the run's extracts.
select la_code, extract_date, file_name, sha256
from raw.extract_file
semi join raw.run_extract using (la_code, extract_date)
