-- One row per episode that names an authority which nobody knows, and is taken for ours, or which is another, and is left
-- out.
select
    episode.la_code, episode.extract_date, 'cla_episode' as table_name, episode.row_number, episode.record_id,
    episode.person_id, 'responsible_la' as column_name, episode.responsible_la as raw_value,
    if(authority.is_ours, 'unknown_authority', 'other_authority') as rule, episode.place
from staged.cla_episode as episode
inner join facts.responsible_authority as authority using (la_code, extract_date, responsible_la)
where not authority.is_ours or not authority.is_recognised
