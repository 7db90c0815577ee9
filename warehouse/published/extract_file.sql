-- One row per file of the run's extracts.
select
    file.la_code, file.extract_date, file.table_name, file.file_name, file.sha256, file.rows_in,
    coalesce(row_count.rows_used, 0) as rows_used, coalesce(row_count.rows_quarantined, 0) as rows_quarantined,
    coalesce(row_count.rows_duplicate, 0) as rows_duplicate, array_to_string(file.columns_ignored, ', ') as columns_ignored,
    file.form
from staged.extract_file as file
left join staged.row_count using (la_code, extract_date, table_name)
semi join new_version using (la_code, extract_date)
