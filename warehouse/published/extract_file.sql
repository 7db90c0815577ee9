-- One row per file of the run's extracts; one that looks like a table and was not read has no hash and no rows.
select
    file.la_code, file.extract_date, coalesce(file.table_name, '') as table_name, file.file_name,
    coalesce(file.sha256, '') as sha256, coalesce(file.rows_in, 0) as rows_in,
    coalesce(row_count.rows_used, 0) as rows_used, coalesce(row_count.rows_quarantined, 0) as rows_quarantined,
    coalesce(row_count.rows_duplicate, 0) as rows_duplicate, array_to_string(file.columns_ignored, ', ') as columns_ignored,
    file.form
from staged.extract_file as file
left join staged.row_count using (la_code, extract_date, table_name)
semi join new_version using (la_code, extract_date)
