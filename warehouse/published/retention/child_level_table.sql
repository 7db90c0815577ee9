-- One row per table whose rows are about single children or single rows of an extract, and which columns say whose.
select
    schema_name, table_name,
    bool_or(column_name = 'extract_date') as has_extract_date
from duckdb_columns()
semi join duckdb_tables() using (database_name, schema_name, table_name)
where database_name = $database_name
group by schema_name, table_name
having bool_or(column_name = 'la_code') and bool_or(column_name in ('person_id', 'row_number', 'case_id'))
order by schema_name, table_name
