-- One row per publication of the run, table, column and broken rule: how many rows broke it.
select
    new_version.version, new_version.la_code, new_version.extract_date, row_issue.table_name, row_issue.column_name,
    row_issue.rule, row_issue.severity, count(distinct row_issue.row_number) as rows
from new_version
inner join staged.row_issue using (la_code, extract_date)
group by
    new_version.version, new_version.la_code, new_version.extract_date, row_issue.table_name, row_issue.column_name,
    row_issue.rule, row_issue.severity
order by new_version.version, row_issue.table_name, row_issue.column_name, row_issue.rule
