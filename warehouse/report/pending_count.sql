-- One row per measure with a clock: how many items were open and overdue on the extract's date.
select measure_code, pending, overdue, without_start, extract_date
from pending_count
where version = $version
