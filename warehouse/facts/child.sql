-- One row per child: when born, or when expected. An estimated birth date that a case system keeps among the expected
-- ones is a birth date. A merged child whose own record was not sent is known by the record that was merged into it.
with
record as (
    select person.*, coalesce(person_alias.master_person_id, person.person_id) as child_id
    from staged.person
    semi join raw.run_extract using (la_code, extract_date)
    left join staged.person_alias using (la_code, extract_date, person_id)
    qualify
        row_number() over (
            partition by person.la_code, person.extract_date, child_id
            order by person.person_id = child_id desc, person.dob is not null desc, person.expected_dob is not null desc,
                person.row_number desc
        ) = 1
)

select
    la_code,
    extract_date,
    child_id as person_id,
    coalesce(dob, case when dob_estimated or expected_dob < extract_date - interval 1 year then expected_dob end)
        as birth_date,
    case when dob is null then expected_dob end as expected_birth_date
from record
