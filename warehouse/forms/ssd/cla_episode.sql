-- One row per episode, with the placement that it names or that lasted on its first day, and its legal status then.
with
episode as (
    select
        *,
        row_number() over () as number,
        day_of(clae_cla_episode_start_date) as decom,
        coalesce(day_of(clae_cla_episode_ceased_date), date 'infinity') as dec
    from ssd_cla_episodes
),

care as (select clae_cla_id, any_value(clae_person_id) as person_id from episode group by clae_cla_id),

placement as (
    select
        placement.*,
        coalesce(placement.clap_person_id, care.person_id) as person_id,
        day_of(placement.clap_cla_placement_start_date) as begun,
        coalesce(day_of(placement.clap_cla_placement_end_date), date 'infinity') as ended
    from ssd_cla_placement as placement
    left join care on care.clae_cla_id = placement.clap_cla_id
),

named as (
    select episode.number, 1 as precedence, placement.*
    from episode
    inner join placement on placement.clap_cla_placement_id = episode.clae_cla_placement_id
),

lasting as (
    select episode.number, 2 as precedence, placement.*
    from episode
    inner join placement
        on placement.person_id = episode.clae_person_id
        and placement.begun <= episode.decom and placement.ended > episode.decom
),

placed as (
    select * from (from named union all from lasting)
    qualify row_number() over (partition by number order by precedence, begun desc) = 1
),

status as (
    select
        *,
        day_of(lega_legal_status_start_date) as begun,
        coalesce(day_of(lega_legal_status_end_date), date 'infinity') as ended,
        lower(trim(lega_legal_status)) in (select spelling from not_looked_after) as is_another
    from ssd_legal_status
),

-- Statuses that make nobody looked after stand beside those that do, and a status may be entered a few days late.
legal as (
    select episode.number, status.lega_legal_status
    from episode
    inner join status
        on status.lega_person_id = episode.clae_person_id
        and status.ended > episode.decom
        and (status.begun <= episode.decom or status.begun < episode.dec)
    qualify row_number() over (
        partition by episode.number
        order by
            status.begun <= episode.decom and not status.is_another desc,
            status.begun <= episode.decom desc,
            status.is_another,
            case when status.begun <= episode.decom then status.begun end desc nulls last,
            status.begun
    ) = 1
)

select
    episode.clae_person_id as person_id,
    episode.clae_cla_episode_id as episode_id,
    episode.clae_cla_id as period_id,
    episode.clae_cla_episode_start_date as decom,
    episode.clae_cla_episode_start_reason as rne,
    legal.lega_legal_status as legal_status,
    episode.clae_cla_primary_need_code as category_of_need,
    placed.clap_cla_placement_type as placement_type,
    placed.clap_cla_placement_provider as placement_provider,
    episode.clae_cla_episode_ceased_date as dec,
    episode.clae_cla_episode_ceased_reason as rec,
    placed.clap_cla_placement_change_reason as reason_place_change,
    placed.clap_cla_placement_postcode as placement_postcode,
    placed.clap_cla_placement_urn as urn,
    episode.clae_entered_care_date as period_start_date
from episode
left join placed on placed.number = episode.number
left join legal on legal.number = episode.number
