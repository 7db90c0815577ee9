-- One row per file of the run's extracts, their commentary included.
select la_code, extract_date, file_name, sha256
from raw.extract_file
semi join raw.run_extract using (la_code, extract_date)
union all
select la_code, extract_date, file_name, sha256
from raw.commentary
semi join raw.run_extract using (la_code, extract_date)
