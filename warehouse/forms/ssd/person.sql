-- One row per child, with whether a disability or the status of an unaccompanied child is recorded, and the home's postcode.
with
disability as (
    select disa_person_id as person_id, bool_or(upper(trim(disa_disability_code)) not in ('NONE', 'NO')) as is_disabled
    from ssd_disability
    group by disa_person_id
),

immigration as (
    select
        immi_person_id as person_id,
        bool_or(regexp_matches(trim(immi_immigration_status), '^(uasc|unaccompanied)', 'i')) as is_uasc
    from ssd_immigration_status
    group by immi_person_id
),

-- The latest address decides, also where its postcode is kept back.
home as (
    select
        addr_person_id as person_id,
        arg_max({'postcode': addr_address_postcode}, day_of(addr_address_start_date)).postcode as postcode
    from ssd_address
    where said_of(addr_address_end_date) is null and coalesce(addr_address_type, '') not ilike '%placement%'
    group by addr_person_id
)

select
    person.pers_person_id as person_id,
    person.pers_dob as dob,
    person.pers_expected_dob as expected_dob,
    person.pers_sex as sex,
    person.pers_ethnicity as ethnicity,
    case when disability.is_disabled then 'Y' else 'N' end as disabled,
    case when immigration.is_uasc then 'Y' else 'N' end as uasc,
    person.pers_death_date as death_date,
    person.pers_upn as upn,
    home.postcode
from ssd_person as person
left join disability on disability.person_id = person.pers_person_id
left join immigration on immigration.person_id = person.pers_person_id
left join home on home.person_id = person.pers_person_id
