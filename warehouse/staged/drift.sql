-- One row per extract of the run that has the table: the share quarantined, the change in rows against the authority's
-- extract before, and the largest share of a required date that is missing.
with
counted as (
    select
        *,
        lag(rows_in) over (partition by la_code order by extract_date) as rows_before
    from staged.row_count
    where table_name = $table_name
),

missing as (
    select la_code, extract_date, max(rows) as rows
    from (
        select la_code, extract_date, column_name, count(*) as rows
        from staged.row_issue
        where
            table_name = $table_name
            and rule in ('required', 'missing_value')
            and (column_name like '%_date' or column_name like '%_at' or column_name = 'decom')
        group by la_code, extract_date, column_name
    )
    group by la_code, extract_date
)

select
    counted.la_code || '_' || counted.extract_date as extract,
    counted.rows_quarantined / counted.rows_in as quarantined_share,
    abs(counted.rows_in - counted.rows_before) / counted.rows_before as row_count_change,
    coalesce(missing.rows / counted.rows_in, 0) as missing_share
from counted
semi join raw.run_extract using (la_code, extract_date)
left join missing using (la_code, extract_date)
