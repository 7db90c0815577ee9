-- One row per version of the run, table and column that had a value in its extract.
select new_version.version, filled.table_name, filled.column_name, filled.filled,
    filled.row_count
from new_version
inner join staged.filled_column as filled using (la_code, extract_date)
order by all
