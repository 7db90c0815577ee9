-- One row per child: when born, or when expected. An estimated birth date that a case system keeps among the expected
-- ones is a birth date.
select
    la_code,
    extract_date,
    person_id,
    coalesce(dob, case when dob_estimated or expected_dob < extract_date - interval 1 year then expected_dob end)
        as birth_date,
    case when dob is null then expected_dob end as expected_birth_date
from staged.person semi join raw.run_extract using (la_code, extract_date)
