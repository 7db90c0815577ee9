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
where
    broken.rule not in ('required', 'missing_value')
    or not exists (
        from unread where unread.row_id = broken.row_id and unread.column_name = broken.column_name
    )
