-- One row per episode that begins before an earlier one of the child has ended; the child is counted once.
select
    la_code, extract_date, 'cla_episode' as table_name, row_number, record_id, person_id, 'decom' as column_name,
    decom::varchar as raw_value, 'overlapping_episodes' as rule, place
from facts.care_episode
qualify
    decom < max(coalesce(dec, date '9999-12-31')) over (
        partition by child_number
        order by episode_number
        rows between unbounded preceding and 1 preceding
    )
    and not is_set_aside
