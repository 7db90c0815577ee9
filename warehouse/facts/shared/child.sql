-- One row per child: when born, or when expected, and when it died, with what figures are broken down by. An estimated
-- birth date that a case system keeps among the expected ones is a birth date. Of the records that were merged into one
-- child, its own goes first.
with
record as (
    select *
    from staged.person
    qualify
        row_number() over (
            partition by la_code, extract_date, person_id
            order by coalesce(master_person_id = person_id, true) desc, dob is not null desc,
                expected_dob is not null desc, row_number desc
        ) = 1
)

select
    la_code,
    extract_date,
    person_id,
    coalesce(dob, case when dob_estimated or expected_dob < extract_date - interval 1 year then expected_dob end)
        as birth_date,
    case when dob is null then expected_dob end as expected_birth_date,
    death_date,
    sex,
    ethnicity,
    disabled,
    uasc,
    postcode,
    row_number
from record
