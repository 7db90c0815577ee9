-- One row per episode that makes a child looked after by us, with the start of the period of care it belongs to.
-- Episodes belong together where the case system says so, or while each ends in X1 or runs into the next; short breaks
-- are left out, as is what another authority is responsible for.
with
episode as (
    select cla_episode.*
    from staged.cla_episode
    semi join raw.run_extract using (la_code, extract_date)
    cross join reference.setting
    left join reference.geography as named on lower(named.name) = lower(cla_episode.responsible_la)
    where
        (cla_episode.legal_status is null or not list_contains(setting.cla_exclude_ls, cla_episode.legal_status))
        and (
            cla_episode.responsible_la is null
            or case
                when regexp_matches(cla_episode.responsible_la, '^\d{3}(\.0)?$')
                then left(cla_episode.responsible_la, 3) = cla_episode.la_code
                else coalesce(named.la_code, cla_episode.la_code) = cla_episode.la_code
            end
        )
),

followed as (
    select
        episode.*,
        lag(dec) over child_episode as previous_dec,
        lag(rec) over child_episode as previous_rec,
        lag(period_id) over child_episode as previous_period_id,
        lag(row_number) over child_episode is null as is_first
    from episode
    window child_episode as (partition by la_code, extract_date, person_id order by decom, dec nulls last, row_number)
),

begun as (
    select
        followed.*,
        case
            when is_first then true
            when period_id is not null and previous_period_id is not null then period_id <> previous_period_id
            when previous_dec is null then false
            when previous_rec <> 'X1' then true
            when previous_dec >= decom then previous_rec is null and rne = 'S'
            else previous_rec is null or rne = 'S'
        end as begins_period
    from followed
)

select
    la_code,
    extract_date,
    person_id,
    coalesce(episode_id, concat_ws('/', person_id, decom, legal_status, placement_type)) as record_id,
    decom,
    dec,
    max(decom) filter (begins_period) over (
        partition by la_code, extract_date, person_id
        order by decom, dec nulls last, row_number
        rows between unbounded preceding and current row
    ) as period_start_date
from begun
