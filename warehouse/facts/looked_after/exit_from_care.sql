-- One row per period of care that ended, by the day on which its last episode did, not after the child's 18th birthday
-- or death.
select
    la_code,
    extract_date,
    date_trunc('month', end_date)::date as month,
    person_id,
    last.record_id,
    'cla_episode' as table_name,
    last.row_number,
    start_date as clock_start,
    end_date as event_date,
    end_date as attribute_date,
    last.legal_status,
    last.placement_type
from facts.care_period
where
    not last.is_set_aside
    and end_date is not null
    and coalesce(end_date <= eighteenth_birthday, true)
    and coalesce(end_date <= death_date, true)
