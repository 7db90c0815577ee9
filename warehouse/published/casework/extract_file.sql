-- One row per file of the run's extracts, and per file that looks like a table and is not read.
select
    file.la_code, file.extract_date, file.table_name, file.file_name, file.sha256, file.rows_in, file.rows_used,
    file.rows_quarantined, file.rows_duplicate, array_to_string(file.columns_ignored, ', ') as columns_ignored, file.form
from staged.extract_file as file
semi join written_extract using (la_code, extract_date)
union all
select
    file.la_code, file.extract_date, file.table_name, file.file_name, file.sha256, 0 as rows_in, 0 as rows_used,
    0 as rows_quarantined, 0 as rows_duplicate, null as columns_ignored, 'not read' as form
from staged.file_not_read as file
semi join written_extract using (la_code, extract_date)
