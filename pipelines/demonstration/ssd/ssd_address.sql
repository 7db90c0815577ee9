-- One row per child: its home.
select
    'AD' || person_id as addr_table_id, person_id as addr_person_id, 'HOME' as addr_address_type,
    dob as addr_address_start_date, null::date as addr_address_end_date, postcode as addr_address_postcode
from person
