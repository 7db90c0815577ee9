-- One row per health assessment or dental check.
select
    health_id as clah_health_check_id, person_id as clah_person_id, type as clah_health_check_type,
    event_date as clah_health_check_date, status as clah_health_check_status
from cla_health
where type <> 'IMMUNISATIONS'
