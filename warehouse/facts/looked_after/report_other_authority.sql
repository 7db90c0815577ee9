-- One row per episode for which another authority is responsible, and which is left out for it.
select
    episode.la_code, episode.extract_date, 'cla_episode' as table_name, episode.row_number, episode.record_id,
    episode.person_id, 'responsible_la' as column_name, episode.responsible_la as raw_value,
    'other_authority' as rule, episode.place
from staged.cla_episode as episode
anti join facts.own_authority as own on
    own.la_code = episode.la_code and own.own_la_code = episode.responsible_la
where episode.responsible_la is not null
