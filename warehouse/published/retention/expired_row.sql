-- One row per extract older than a date with rows about children in a table: how many.
select la_code, extract_date, count(*) as rows
from query_table($table_name)
where extract_date < $before
group by la_code, extract_date
