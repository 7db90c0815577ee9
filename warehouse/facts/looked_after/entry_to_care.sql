-- One row per period of care that began, by the first day of its first episode.
select
    la_code,
    extract_date,
    date_trunc('month', start_date)::date as month,
    person_id,
    first.record_id,
    'cla_episode' as table_name,
    first.row_number,
    period_number,  -- of two on one day, the later
    start_date as clock_start,
    start_date as event_date,
    start_date as attribute_date,
    first.legal_status,
    first.placement_type
from facts.care_period
where not first.is_set_aside
