-- One row per broken rule of the table in hand, with the value as it came.
with
issue as (
    select row_id, column_name, rule from found
    union all
    select row_id, null, rule from not_used where rule is not null
),

placed as (
    select judged.la_code, judged.extract_date, judged.row_number, judged.record_id, judged.person_id,
        issue.column_name, issue.rule
    from issue inner join judged using (row_id)
),

cell as (
    unpivot (from raw_row semi join placed using (la_code, extract_date, row_number))
    on columns(* exclude (la_code, extract_date, row_number))
    into name column_name value raw_value
)

select
    placed.la_code, placed.extract_date, placed.row_number, placed.record_id, placed.person_id, placed.column_name,
    nullif(cell.raw_value, '') as raw_value, placed.rule, rule.severity, rule.message
from placed
inner join staged.rule using (rule)
left join cell using (la_code, extract_date, row_number, column_name)
