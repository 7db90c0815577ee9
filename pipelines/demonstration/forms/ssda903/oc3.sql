-- One row per care leaver of 17 to 21 at the end of the year, with what is known of them on the day of the extract.
select
    care_leaver.person_id as CHILD,
    british(person.dob) as DOB,
    care_leaver.in_touch as IN_TOUCH,
    coalesce(care_leaver.activity, '0') as ACTIV,
    care_leaver.accommodation as ACCOM
from care_leaver
join person using (person_id)
where date_sub('year', person.dob, getvariable('year_end')) between 17 and 21
    and care_leaver.eligibility in ('RELEVANT', 'FORMER_RELEVANT')
order by care_leaver.person_id
