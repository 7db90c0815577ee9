-- One row per rule that a row of the run's extracts broke, with the file it stands in.
select
    issue.la_code, issue.extract_date, coalesce(issue.table_name, '') as table_name,
    coalesce(file.file_name, issue.table_name, '') as file_name,
    issue.row_number, issue.record_id, issue.person_id, issue.column_name, issue.raw_value, issue.rule, issue.severity,
    issue.message, issue.place
from staged.row_issue as issue
left join (
    select la_code, extract_date, table_name, any_value(file_name) as file_name
    from staged.extract_file
    group by all
) as file using (la_code, extract_date, table_name)
semi join written_extract using (la_code, extract_date)
order by issue.la_code, issue.extract_date, issue.table_name, issue.row_number, issue.rule, issue.column_name
