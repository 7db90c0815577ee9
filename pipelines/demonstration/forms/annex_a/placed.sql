-- One row per child with a placement order or placed for adoption in the twelve months before the inspection.
select
    person_id,
    min(period_start_date) as entered,
    min(decom) filter (legal_status = 'E1') as ordered,
    min(decom) filter (placement_type in ('A3', 'A4', 'A5', 'A6')) as placed,
    max(dec) filter (rec in ('E11', 'E12')) as adopted,
    'F' || person_id[2:] as family
from cla_episode
group by person_id
having count(*) filter (legal_status = 'E1') > 0
    and (count(*) filter (legal_status = 'E1' and dec is null) > 0
        or max(dec) filter (rec in ('E11', 'E12')) > getvariable('extract_date') - interval 1 year)
