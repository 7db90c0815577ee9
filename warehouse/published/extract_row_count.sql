-- One row per version of the run and file with rows.
select
    new_version.version, new_version.la_code, new_version.extract_date, file.table_name, file.file_name, file.rows_in,
    row_count.rows_used, row_count.rows_quarantined, row_count.rows_duplicate
from new_version
inner join staged.extract_file as file using (la_code, extract_date)
inner join staged.row_count using (la_code, extract_date, table_name)
order by new_version.version, file.table_name, file.file_name
