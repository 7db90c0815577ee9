-- One row per published extract and table, as at its latest version: its rows besides duplicates.
select la_code, extract_date, table_name, sum(rows_in - rows_duplicate)::bigint as rows
from extract_row_count
where version in (select max(version) from kpi_version group by la_code, extract_date)
group by la_code, extract_date, table_name
