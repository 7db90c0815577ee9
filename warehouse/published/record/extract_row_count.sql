-- One row per version of the run and file with rows.
select
    new_version.version, new_version.la_code, new_version.extract_date, file.table_name, file.file_name, file.rows_in,
    file.rows_used, file.rows_quarantined, file.rows_duplicate
from new_version
inner join staged.extract_file as file using (la_code, extract_date)
order by new_version.version, file.table_name, file.file_name
