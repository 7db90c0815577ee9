-- One row per episode: its legal status.
select
    'G' || person_id || '-' || row_number() over (partition by person_id order by decom, dec nulls last)
        as lega_legal_status_id,
    person_id as lega_person_id, legal_status as lega_legal_status, decom as lega_legal_status_start_date,
    dec as lega_legal_status_end_date
from cla_episode
-- The SSD holds our own children.
where coalesce(responsible_la, getvariable('la_code')) = getvariable('la_code')
