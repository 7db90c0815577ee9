-- One row per issue of an extract, with the rule of the catalogue that it falls under; in the order of its file.
select
    issue.table_name,
    issue.row_number,
    issue.place,
    issue.file_name,
    issue.person_id,
    issue.record_id,
    issue.column_name,
    issue.raw_value,
    coalesce(rule.rule_code, issue.rule) as rule_code,
    issue.severity,
    coalesce(rule.sentence, issue.message) as sentence,
    issue.message
from casework.row_issue as issue
left join casework.data_rule as rule
    on rule.rule = issue.rule
    and coalesce(rule.table_name = issue.table_name, rule.table_name is null)
    and coalesce(rule.column_name = issue.column_name, rule.column_name is null)
where issue.la_code = $la_code and issue.extract_date = $extract_date
order by issue.table_name, issue.row_number nulls first, rule_code, issue.column_name
