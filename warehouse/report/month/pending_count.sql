-- One row per measure with a clock: how many items were open, overdue and soon due on the extract's date.
select measure_code, pending, overdue, due_within_seven_days, without_start, extract_date
from pending_count
where version = $version
