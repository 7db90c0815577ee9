-- One row per child and way in which its dates contradict sense: born twice over, never born, expected too far ahead.
with
counted as (
    select la_code, extract_date, person_id
    from facts.child_on_plan
    where event_date = extract_date
    union
    select la_code, extract_date, person_id
    from facts.child_in_need
    where event_date = extract_date
),

record as (
    select person.*, counted.person_id is not null as is_counted
    from staged.person
    left join counted using (la_code, extract_date, person_id)
    where person.death_date is null
),

broken as (
    select
        *,
        unnest([
            {'rule': 'born_and_expected', 'column_name': 'expected_dob',
             'is_broken': dob is not null and expected_dob > dob},
            {'rule': 'no_birth_date', 'column_name': 'dob', 'is_broken': dob is null and expected_dob is null},
            -- Such a child may be known a second time, born: louder where it stands in a figure.
            {'rule': 'should_be_born', 'column_name': 'expected_dob',
             'is_broken': not is_counted and dob is null and not coalesce(dob_estimated, false)
                and expected_dob between extract_date - interval 1 year and extract_date - 31},
            {'rule': 'should_be_born_and_counted', 'column_name': 'expected_dob',
             'is_broken': is_counted and dob is null and not coalesce(dob_estimated, false)
                and expected_dob between extract_date - interval 1 year and extract_date - 31},
            {'rule': 'estimated_birth_date', 'column_name': 'expected_dob',
             'is_broken': dob is null and (dob_estimated or expected_dob < extract_date - interval 1 year)},
            {'rule': 'expected_too_far_ahead', 'column_name': 'expected_dob',
             'is_broken': dob is null and expected_dob > extract_date + interval 10 month}
        ], recursive := true)
    from record
)

select
    la_code, extract_date, 'person' as table_name, row_number, record_id, person_id, column_name,
    if(column_name = 'dob', null, expected_dob::varchar) as raw_value, rule, place
from broken
where is_broken
