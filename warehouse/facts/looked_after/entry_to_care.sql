-- One row per period of care that began, by the first day of its first episode.
select
    la_code,
    extract_date,
    date_trunc('month', start_date)::date as month,
    person_id,
    first_record_id as record_id,
    'cla_episode' as table_name,
    first_row_number as row_number,
    start_date as clock_start,
    start_date as event_date,
    start_date as attribute_date,
    first_legal_status as legal_status,
    first_placement_type as placement_type
from facts.care_period
where not is_first_set_aside
