-- One row per unaccompanied asylum-seeking child looked after in the year; DUC is the day on which that ended.
select
    person.person_id as CHILD,
    case person.sex when 'M' then '1' when 'F' then '2' end as SEX,
    british(person.dob) as DOB,
    case
        when person.dob + interval 18 years <= getvariable('year_end') then british((person.dob + interval 18 years)::date)
    end as DUC
from person
where person.uasc and person.person_id in (select person_id from episode)
order by person.person_id
