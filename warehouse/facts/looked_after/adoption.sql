-- One row per child adopted: an episode of care that ended with an adoption, by the day on which it did.
select
    la_code,
    extract_date,
    date_trunc('month', recorded_dec)::date as month,
    person_id,
    record_id,
    'cla_episode' as table_name,
    row_number,
    period_start_date as clock_start,
    recorded_dec as event_date,
    recorded_dec as attribute_date,
    legal_status,
    placement_type
from facts.care_episode
where rec in ('E11', 'E12') and recorded_dec is not null and not is_set_aside
qualify
    row_number() over (
        partition by child_number, recorded_dec order by episode_number desc
    ) = 1
