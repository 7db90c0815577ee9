-- One row per extract of the run and table: its rows, those besides duplicates, those quarantined with the rule that set
-- most of them aside, and the required date that is empty most often.
with
issue as (
    select row_issue.la_code, row_issue.extract_date, row_issue.table_name, row_issue.column_name, row_issue.rule,
        count(distinct row_issue.row_number) as rows
    from staged.row_issue
    semi join raw.run_extract using (la_code, extract_date)
    group by row_issue.la_code, row_issue.extract_date, row_issue.table_name, row_issue.column_name, row_issue.rule
),

worst_rule as (
    select la_code, extract_date, table_name, rule, column_name
    from issue inner join staged.rule using (rule)
    where rule.state = 'quarantined'
    qualify
        row_number() over (partition by la_code, extract_date, table_name order by rows desc, rule, column_name) = 1
),

emptiest_date as (
    select la_code, extract_date, table_name, column_name, rows
    from issue
    where
        rule in ('required', 'missing_value')
        and (column_name like '%_date' or column_name like '%_at' or column_name = 'decom')
    qualify row_number() over (partition by la_code, extract_date, table_name order by rows desc, column_name) = 1
)

select
    row_count.la_code, row_count.extract_date, row_count.table_name, extract_file.file_name, row_count.rows_in,
    row_count.rows_in - row_count.rows_duplicate as rows_besides_duplicates, row_count.rows_quarantined,
    worst_rule.rule as worst_rule, worst_rule.column_name as worst_column,
    emptiest_date.column_name as emptiest_date, coalesce(emptiest_date.rows, 0) as rows_without_date
from staged.row_count
semi join raw.run_extract using (la_code, extract_date)
inner join raw.extract_file using (la_code, extract_date, table_name)
left join worst_rule using (la_code, extract_date, table_name)
left join emptiest_date using (la_code, extract_date, table_name)
order by row_count.la_code, row_count.extract_date, row_count.table_name
