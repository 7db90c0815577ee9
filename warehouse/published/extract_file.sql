-- One row per file of the run's extracts.
select
    extract_file.la_code, extract_file.extract_date, extract_file.table_name, extract_file.file_name,
    extract_file.sha256, extract_file.rows_in, row_count.rows_used, row_count.rows_quarantined,
    row_count.rows_duplicate, array_to_string(extract_file.columns_ignored, ', ') as columns_ignored
from raw.extract_file
inner join staged.row_count using (la_code, extract_date, table_name)
semi join raw.run_extract using (la_code, extract_date)
