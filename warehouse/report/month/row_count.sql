-- One row per file of a version: how many rows it held and where they ended.
select table_name, file_name, rows_in, rows_used, rows_quarantined, rows_duplicate
from extract_row_count
where version = $version
order by table_name
