-- One row per period of care: episodes of ours without a gap between them.
with
period as (
    select
        la_code, extract_date, person_id, period_number,
        any_value(period_start_date) as start_date,
        any_value(first_decom) as first_decom,
        case when count(*) = count(dec) then max(dec) end as end_date,
        min(episode_number) as first_episode_number,
        arg_max(episode_number, {'dec': coalesce(dec, date '9999-12-31'), 'number': episode_number})
            as last_episode_number
    from facts.care_episode
    group by la_code, extract_date, person_id, period_number
)

select
    period.la_code,
    period.extract_date,
    period.person_id,
    period.period_number,
    period.start_date,
    period.first_decom,
    period.end_date,
    first_episode.record_id as first_record_id,
    first_episode.row_number as first_row_number,
    first_episode.legal_status as first_legal_status,
    first_episode.placement_type as first_placement_type,
    first_episode.is_set_aside as is_first_set_aside,
    last_episode.record_id as last_record_id,
    last_episode.row_number as last_row_number,
    last_episode.legal_status as last_legal_status,
    last_episode.placement_type as last_placement_type,
    last_episode.is_set_aside as is_last_set_aside,
    coalesce(child.birth_date, child.expected_birth_date) as birth_date,
    birthday(18, child.birth_date) as eighteenth_birthday,
    child.death_date
from period
inner join facts.care_episode as first_episode on
    first_episode.la_code = period.la_code
    and first_episode.extract_date = period.extract_date
    and first_episode.person_id = period.person_id
    and first_episode.episode_number = period.first_episode_number
inner join facts.care_episode as last_episode on
    last_episode.la_code = period.la_code
    and last_episode.extract_date = period.extract_date
    and last_episode.person_id = period.person_id
    and last_episode.episode_number = period.last_episode_number
left join facts.child on
    child.la_code = period.la_code
    and child.extract_date = period.extract_date
    and child.person_id = period.person_id
