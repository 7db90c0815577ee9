-- One row per table of an extract: how many of its rows are used, from when to when it is complete, and who says so.
select
    coverage.table_name, coverage.form, coalesce(counted.rows_used, 0) as rows_used, coverage.complete_from,
    coverage.spells_complete_from, coverage.complete_to, coverage.is_latest_only, coverage.declared_by
from coverage
left join (
    select table_name, sum(rows_used)::bigint as rows_used
    from extract_row_count
    where version = $version
    group by table_name
) as counted using (table_name)
where coverage.la_code = $la_code and coverage.extract_date = $extract_date
order by coverage.table_name
