-- One row per episode: its placement.
select
    'LE' || person_id || '-' || row_number() over (partition by person_id order by decom, dec nulls last)
        as clap_cla_placement_id,
    period_id as clap_cla_id, person_id as clap_person_id, decom as clap_cla_placement_start_date,
    placement_type as clap_cla_placement_type, urn as clap_cla_placement_urn,
    placement_provider as clap_cla_placement_provider, placement_postcode as clap_cla_placement_postcode,
    dec as clap_cla_placement_end_date, reason_place_change as clap_cla_placement_change_reason
from cla_episode
-- The SSD holds our own children.
where coalesce(responsible_la, getvariable('la_code')) = getvariable('la_code')
