-- One row per child of any table: what every list says of a child. Those whom the person table lacks are not known.
select
    known.person_id,
    gender(person.sex) as gender,
    ethnicity(person.ethnicity) as ethnicity,
    coalesce(person.dob, person.expected_dob) as birth,
    greatest(date_sub('year', person.dob, getvariable('extract_date')), 0) as age,
    yes_no(person.disabled) as disability,
    coalesce(person.uasc, false) as is_unaccompanied
from (
    select person_id from person
    union select person_id from contact
    union select person_id from referral
    union select person_id from assessment
    union select person_id from s47
    union select person_id from cp_plan
    union select person_id from cla_episode
) as known
left join person using (person_id)
