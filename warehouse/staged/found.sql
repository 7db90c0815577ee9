-- Every broken rule of the table in hand: one row per row and rule and column.
create or replace temp table found as
with
-- A repeated row says nothing that its first occurrence does not.
repeated_row as (
    select judged.row_id from judged inner join repeated using (la_code, extract_date, row_number)
),

-- A value that could not be read is reported as that, not as missing too.
unread as (
    select row_id, column_name from broken where rule not in ('required', 'missing_value')
)

select broken.row_id, broken.column_name, broken.rule
from broken
anti join repeated_row using (row_id)
where
    broken.rule not in ('required', 'missing_value')
    or not exists (
        from unread where unread.row_id = broken.row_id and unread.column_name = broken.column_name
    )
union all
select row_id, null as column_name, 'duplicate' as rule
from repeated_row
