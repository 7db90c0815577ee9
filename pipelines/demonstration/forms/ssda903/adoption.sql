-- One row per child with a placement order: the days on the way to adoption.
select
    cla_episode.person_id,
    any_value(person.dob) as dob,
    min(decom) filter (legal_status = 'E1') as ordered,
    min(decom) filter (placement_type in ('A3', 'A4', 'A5', 'A6')) as placed,
    bool_or(placement_type in ('A3', 'A5')) as by_foster_carer,
    max(dec) filter (rec in ('E11', 'E12')) as adopted
from cla_episode
left join person using (person_id)
group by cla_episode.person_id
having count(*) filter (legal_status = 'E1') > 0
