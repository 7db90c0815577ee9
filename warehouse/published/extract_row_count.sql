-- One row per publication of the run and file with rows.
select
    new_version.version, new_version.la_code, new_version.extract_date, extract_file.table_name,
    extract_file.file_name, extract_file.rows_in, row_count.rows_used, row_count.rows_quarantined,
    row_count.rows_duplicate
from new_version
inner join raw.extract_file using (la_code, extract_date)
inner join staged.row_count using (la_code, extract_date, table_name)
order by new_version.version, extract_file.table_name, extract_file.file_name
