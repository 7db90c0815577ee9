-- One row per authority whose latest extract, which its cases are of, is older than a date: how many rows a table has.
select la_code, latest.extract_date, count(*) as rows
from query_table($table_name) inner join latest using (la_code)
where latest.extract_date < $before
group by la_code, latest.extract_date
