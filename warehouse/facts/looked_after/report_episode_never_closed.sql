-- One row per episode without an end that was ended where the next begins, or with the care that it overlaps.
select
    la_code, extract_date, 'cla_episode' as table_name, row_number, record_id, person_id, 'dec' as column_name,
    null::varchar as raw_value, 'episode_never_closed' as rule, place
from facts.care_episode
where recorded_dec is null and dec is not null and not is_set_aside
