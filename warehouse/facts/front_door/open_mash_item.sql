-- One row per referral (or contact) that MASH has yet to decide on the extract date.
select
    item.la_code,
    item.extract_date,
    'mash_timeliness' as measure_code,
    item.person_id,
    item.record_id,
    item.clock_start,
    item.due_date,
    item.working_days_elapsed,
    item.standard - item.working_days_elapsed as working_days_left,
    coalesce(item.working_days_elapsed > item.standard, false) as is_overdue,
    coalesce(item.team, case_holder.team) as team,
    coalesce(item.worker, case_holder.worker) as worker,
    item.table_name,
    item.row_number
from facts.mash_item as item
left join facts.case_holder using (la_code, extract_date, person_id)
where item.event_date is null and item.closure_date is null
