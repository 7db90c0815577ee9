-- One row per episode and way in which it contradicts law or sense. It is used as the definitions say.
with
episode as (
    select
        episode.*,
        child.birth_date,
        birthday(18, child.birth_date) as eighteenth_birthday,
        child.death_date,
        exists (
            from staged.cla_episode as next
            where
                next.la_code = episode.la_code
                and next.extract_date = episode.extract_date
                and next.person_id = episode.person_id
                and next.decom = episode.dec
                -- One row of Annex A can tell of two episodes.
                and (next.row_number, next.record_id) <> (episode.row_number, episode.record_id)
        ) as is_followed
    from staged.cla_episode as episode
    left join facts.child using (la_code, extract_date, person_id)
),

broken as (
    select
        *,
        unnest([
            {'rule': 'makes_nobody_looked_after', 'column_name': 'legal_status',
             'is_broken': legal_status = 'NOT_LOOKED_AFTER'},
            {'rule': 'ends_on_its_first_day', 'column_name': 'dec', 'is_broken': dec = decom},
            {'rule': 'begins_before_birth', 'column_name': 'decom', 'is_broken': decom < birth_date},
            {'rule': 'begins_at_18', 'column_name': 'decom', 'is_broken': decom >= eighteenth_birthday},
            {'rule': 'open_at_18', 'column_name': 'dec',
             'is_broken': dec is null and decom < eighteenth_birthday and eighteenth_birthday <= extract_date},
            {'rule': 'after_death', 'column_name': if(decom >= death_date, 'decom', 'dec'),
             'is_broken': decom >= death_date or coalesce(dec > death_date, death_date <= extract_date)},
            {'rule': 'end_without_reason', 'column_name': 'rec', 'is_broken': dec is not null and rec is null},
            {'rule': 'reason_without_end', 'column_name': 'dec', 'is_broken': dec is null and rec is not null},
            {'rule': 'no_episode_follows', 'column_name': 'rec',
             'is_broken': rec = 'X1' and dec is not null and not is_followed}
        ], recursive := true)
    from episode
)

select
    la_code, extract_date, 'cla_episode' as table_name, row_number, record_id, person_id, column_name,
    case column_name
        when 'decom' then decom::varchar
        when 'dec' then dec::varchar
        when 'rec' then rec
        else legal_status
    end as raw_value,
    rule, place
from broken
where is_broken
