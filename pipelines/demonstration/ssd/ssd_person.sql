-- One row per child.
select
    person_id as pers_person_id, upn as pers_upn, sex as pers_sex, ethnicity as pers_ethnicity, dob as pers_dob,
    expected_dob as pers_expected_dob, death_date as pers_death_date
from person
