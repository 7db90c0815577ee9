-- One row per episode, numbered by child and in the order of their days.
select
    'E' || person_id || '-' || row_number() over (partition by person_id order by decom, dec nulls last)
        as clae_cla_episode_id,
    person_id as clae_person_id, 'L' || clae_cla_episode_id as clae_cla_placement_id,
    decom as clae_cla_episode_start_date, rne as clae_cla_episode_start_reason,
    category_of_need as clae_cla_primary_need_code, dec as clae_cla_episode_ceased_date,
    rec as clae_cla_episode_ceased_reason, period_id as clae_cla_id, period_start_date as clae_entered_care_date
from cla_episode
-- The SSD holds our own children.
where coalesce(responsible_la, getvariable('la_code')) = getvariable('la_code')
