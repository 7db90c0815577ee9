-- One row per episode of our looked-after children that touches the year, as it stood on the year's last day.
select
    cla_episode.person_id,
    person.dob,
    cla_episode.period_id,
    cla_episode.period_start_date,
    cla_episode.decom,
    cla_episode.rne,
    cla_episode.legal_status,
    cla_episode.category_of_need,
    cla_episode.placement_type,
    cla_episode.placement_provider,
    case when cla_episode.dec <= getvariable('year_end') then cla_episode.dec end as dec,
    case when cla_episode.dec <= getvariable('year_end') then cla_episode.rec end as rec,
    case when cla_episode.dec <= getvariable('year_end') then cla_episode.reason_place_change end as reason_place_change,
    cla_episode.home_postcode,
    cla_episode.placement_postcode,
    cla_episode.urn
from cla_episode
left join person using (person_id)
where (cla_episode.responsible_la is null or cla_episode.responsible_la = getvariable('la_code'))
    and cla_episode.decom <= getvariable('year_end')
    and (cla_episode.dec is null or cla_episode.dec >= getvariable('year_start'))
