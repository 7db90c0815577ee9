-- One row per table, column and rule that rows of a version broke, most rows first.
select table_name, column_name, rule, severity, rows
from extract_issue_count
where version = $version
order by severity, rows desc, table_name, column_name, rule
