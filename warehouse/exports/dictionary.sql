-- One row per column of an exported table: its type and what it means.
select columns.table_name, columns.column_name, lower(columns.data_type) as type, meaning.meaning
from duckdb_columns() as columns
left join (
    select unnest(map_entries($meanings::map(varchar, varchar)), recursive := true)
) as meaning (name, meaning)
    on meaning.name in (columns.table_name || '.' || columns.column_name, columns.column_name)
where columns.database_name = current_database() and list_contains($tables, columns.table_name)
qualify row_number() over (
    partition by columns.table_name, columns.column_name order by contains(meaning.name, '.') desc
) = 1
order by columns.table_name, columns.column_index
