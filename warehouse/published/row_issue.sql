-- One row per broken rule of the run's extracts.
select
    row_issue.la_code, row_issue.extract_date, row_issue.table_name, extract_file.file_name, row_issue.row_number,
    row_issue.record_id, row_issue.person_id, row_issue.column_name, row_issue.raw_value, row_issue.rule,
    row_issue.severity, row_issue.message
from staged.row_issue
inner join raw.extract_file using (la_code, extract_date, table_name)
semi join raw.run_extract using (la_code, extract_date)
order by row_issue.la_code, row_issue.extract_date, row_issue.table_name, row_issue.row_number
