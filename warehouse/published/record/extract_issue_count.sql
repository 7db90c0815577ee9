-- One row per version of the run, table, column and broken rule: how many rows broke it.
select
    new_version.version, new_version.la_code, new_version.extract_date, coalesce(issue.table_name, '') as table_name,
    issue.column_name,
    issue.rule, issue.severity, count(distinct coalesce(issue.row_number, 0)) as rows
from new_version
inner join staged.row_issue as issue using (la_code, extract_date)
group by all
order by all
