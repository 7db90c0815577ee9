-- One row per extract of the run and rule of the catalogue: found, clean, not applicable to what was sent, or failed.
with
present as (
    select distinct la_code, extract_date, table_name, unnest(columns_present) as column_name
    from staged.extract_file
    semi join written_extract using (la_code, extract_date)
),

extract as (
    select la_code, extract_date
    from staged.extract
    semi join written_extract using (la_code, extract_date)
),

-- A rule is asked where anything that it is of has been sent, and all that it needs beside that.
asked as (
    select
        extract.la_code, extract.extract_date, rule.rule_code,
        bool_or(rule.table_name is null or present.table_name is not null) as has_table,
        bool_or(rule.table_name is null or present.column_name = rule.column_name
            or rule.column_name is null and present.table_name is not null) as is_sent,
        string_agg(distinct rule.table_name, ', ' order by rule.table_name) as tables,
        string_agg(distinct rule.table_name || '.' || rule.column_name, ', ') as columns
    from extract
    cross join staged.data_rule as rule
    left join present
        on present.la_code = extract.la_code
        and present.extract_date = extract.extract_date
        and present.table_name = rule.table_name
    group by all
),

lacking as (
    select
        extract.la_code, extract.extract_date, need.rule_code,
        string_agg(need.table_name || '.' || need.column_name, ', ' order by need.table_name, need.column_name) as columns
    from extract
    cross join staged.data_rule_need as need
    anti join present
        on present.la_code = extract.la_code
        and present.extract_date = extract.extract_date
        and present.table_name = need.table_name
        and present.column_name = need.column_name
    group by all
),

-- Counted before they are joined, for each is compared with every part of every rule.
issue as (
    select la_code, extract_date, rule, table_name, column_name, count(*) as rows_found
    from staged.row_issue
    semi join extract using (la_code, extract_date)
    group by all
),

found as (
    select
        issue.la_code, issue.extract_date, coalesce(rule.rule_code, issue.rule) as rule_code,
        sum(issue.rows_found)::bigint as rows_found
    from issue
    left join staged.data_rule as rule
        on rule.rule = issue.rule
        and coalesce(rule.table_name = issue.table_name, rule.table_name is null)
        and coalesce(rule.column_name = issue.column_name, rule.column_name is null)
    group by all
),

failed as (
    select rule.rule_code, string_agg(distinct report.reason, ' ') as reason
    from facts.failed_report as report
    inner join staged.data_rule as rule using (rule)
    group by rule.rule_code
)

select
    asked.la_code,
    asked.extract_date,
    asked.rule_code,
    case
        when failed.rule_code is not null then 'failed'
        when found.rows_found > 0 then 'found'
        when not asked.has_table or not asked.is_sent or lacking.rule_code is not null then 'not_applicable'
        else 'clean'
    end as outcome,
    coalesce(found.rows_found, 0) as rows_found,
    case
        when failed.rule_code is not null then failed.reason
        when found.rows_found > 0 then null
        when not asked.has_table then 'Nothing of ' || asked.tables || ' was sent.'
        when not asked.is_sent then 'Not sent: ' || asked.columns || '.'
        when lacking.rule_code is not null then 'Not sent: ' || lacking.columns || '.'
    end as reason
from asked
left join found using (la_code, extract_date, rule_code)
left join lacking using (la_code, extract_date, rule_code)
left join failed using (rule_code)
order by all
