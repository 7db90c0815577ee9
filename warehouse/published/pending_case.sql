-- One row per open item with a clock of the extracts that are now their authority's latest, overdue first. Where the
-- extract has not what the measure is computed from, nothing is open: without its column, all would seem undone.
select
    la_code, measure_code, person_id, record_id, clock_start, due_date, working_days_elapsed, working_days_left,
    is_overdue, team, worker, table_name, row_number
from facts.pending
semi join latest_extract using (la_code, extract_date)
anti join (from measures.not_computable where not has_count) as lacking using (la_code, extract_date, measure_code)
order by due_date nulls first, la_code, record_id
