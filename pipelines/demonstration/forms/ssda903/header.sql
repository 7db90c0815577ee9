-- One row per child with an episode in the year.
select
    person.person_id as CHILD,
    case person.sex when 'M' then '1' when 'F' then '2' end as SEX,
    british(person.dob) as DOB,
    person.ethnicity as ETHNIC,
    person.upn as UPN,
    null::varchar as MOTHER,
    null::varchar as MC_DOB
from person
where person.person_id in (select person_id from episode)
order by person.person_id
