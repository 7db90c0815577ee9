-- One row per file of a table in the run.
select la_code, extract_date, file_name, sha256, rows_in, columns_ignored
from raw.extract_file
semi join raw.run_extract using (la_code, extract_date)
where table_name = $table_name
