-- One row per episode of being missing.
select
    missing_id as miss_table_id, person_id as miss_person_id, start_at as miss_missing_episode_start_date,
    type as miss_missing_episode_type, end_at as miss_missing_episode_end_date,
    if(rhi_offered, 'Y', 'N') as miss_missing_rhi_offered, if(rhi_accepted, 'Y', 'N') as miss_missing_rhi_accepted
from missing
