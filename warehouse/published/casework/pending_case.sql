-- One row per open item with a clock of the extracts that are now their authority's latest, overdue first. Where the
-- extract has not what the measure is computed from, nothing is open: without its column, all would seem undone.
with
pending as (
    from facts.pending
    semi join latest_extract using (la_code, extract_date)
    anti join (from measures.not_computable where not has_count) as lacking using (la_code, extract_date, measure_code)
)

select
    pending.la_code, pending.measure_code, pending.person_id, pending.record_id, pending.clock_start, pending.due_date,
    pending.working_days_elapsed, pending.working_days_left, pending.is_overdue, pending.team, pending.worker,
    pending.table_name, pending.row_number, coalesce(of_row.place, of_record.place) as place
from pending
left join
    (from staged.place select * exclude (record_id) where is_only) as of_row
    using (la_code, extract_date, table_name, row_number)
left join
    (from staged.place where not is_only) as of_record
    using (la_code, extract_date, table_name, row_number, record_id)
order by pending.due_date nulls first, pending.la_code, pending.record_id
