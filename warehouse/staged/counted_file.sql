-- One row per file of the table in the run: what was read, what became of it, and a Markdown table of the rules broken.
select
    extract_file.la_code, extract_file.extract_date, extract_file.rows_in, row_count.rows_in as rows_judged,
    row_count.rows_used, row_count.rows_quarantined, row_count.rows_duplicate,
    (
        select e'| rule | rows |\n|---|---|\n' || string_agg('| ' || rule || ' | ' || rows || ' |', e'\n' order by rule)
        from (
            select row_issue.rule, count(distinct row_issue.row_number) as rows
            from staged.row_issue
            where
                row_issue.la_code = extract_file.la_code
                and row_issue.extract_date = extract_file.extract_date
                and row_issue.table_name = extract_file.table_name
            group by row_issue.rule
        )
    ) as rules
from raw.extract_file
semi join raw.run_extract using (la_code, extract_date)
left join staged.row_count using (la_code, extract_date, table_name)
where extract_file.table_name = $table_name
order by extract_file.la_code, extract_file.extract_date
