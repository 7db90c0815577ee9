-- Every broken rule of the table in hand: one row per row and rule and column.
create or replace temp table found as
with
-- A value that could not be read is reported as that, not as missing too.
unread as (
    select row_id, column_name
    from broken
    where rule in ('unreadable_date', 'unreadable_id', 'unreadable_number', 'unknown_code', 'error_value')
)

select broken.row_id, broken.column_name, broken.rule
from broken
inner join judged using (row_id)
inner join raw.extract_file as file on
    file.la_code = judged.la_code and file.extract_date = judged.extract_date and file.table_name = $table_name
where
    broken.rule not in ('required', 'missing_value')
    -- What the file has no column for is not missing from its rows.
    or list_contains(file.columns_present, broken.column_name)
    and not exists (
        from unread where unread.row_id = broken.row_id and unread.column_name = broken.column_name
    )
