-- One row per thing that was reported of a child's rows in the extract, in the order of its files.
select table_name, row_number, place, column_name, raw_value, rule, message
from casework.row_issue
where la_code = $la_code and extract_date = $extract_date and lower(person_id) = lower($person_id)
order by table_name, row_number, rule, column_name
