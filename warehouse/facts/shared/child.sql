-- One row per child: when born, or when expected, and when it died, with what figures are broken down by. An estimated
-- birth date that a case system keeps among the expected ones is a birth date, and a birth date that lies ahead is an
-- expected one. Of the records that were merged into one child, its own goes first; one set aside for another cell
-- still says who the child is.
with
record as (
    select *
    from staged.person
    union all by name
    from (
        from staged.person_aside
        anti join staged.person using (la_code, extract_date, person_id)
        where person_id is not null
    )
),

own as (
    select *
    from record
    qualify
        row_number() over (
            partition by la_code, extract_date, person_id
            order by coalesce(master_person_id = person_id, true) desc, dob is not null desc,
                expected_dob is not null desc, row_number desc
        ) = 1
),

dated as (
    select
        *,
        case when dob <= extract_date then dob end as born,
        coalesce(case when dob > extract_date then dob end, expected_dob) as expected
    from own
)

select
    la_code,
    extract_date,
    person_id,
    coalesce(born, case when dob_estimated or expected < extract_date - interval 1 year then expected end)
        as birth_date,
    case when born is null then expected end as expected_birth_date,
    death_date,
    sex,
    ethnicity,
    disabled,
    uasc,
    postcode,
    row_number
from dated
