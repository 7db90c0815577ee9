-- One row per period of care of which earlier episodes may have been cut off: it was open when the table becomes
-- complete, and its first episode that was kept does not say that care began with it and nothing else says when it did,
-- or does not say that its placement began with it.
select
    episode.la_code, episode.extract_date, 'cla_episode' as table_name, episode.row_number, episode.record_id,
    episode.person_id, 'decom' as column_name, episode.decom::varchar as raw_value, 'missing_history' as rule,
    episode.place
from facts.care_episode as episode
inner join (
    from staged.coverage where table_name = 'cla_episode' and complete_from is not null
) as coverage using (la_code, extract_date)
where
    not episode.is_set_aside
    and episode.decom <= coverage.complete_from
    and coalesce(episode.dec > coverage.complete_from, true)
    and (
        episode.decom = episode.period_start_date and episode.rne is distinct from 'S'
        or episode.decom > episode.period_start_date and coalesce(episode.rne not in ('S', 'P', 'B'), true)
    )
qualify
    row_number() over (partition by episode.child_number, episode.period_number order by episode.episode_number) = 1
