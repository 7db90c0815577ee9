-- One row per judged row, in their order: whether its person is known. A merged child is known under either id, and
-- where no person table was sent, no person can be missing from it.
select
    judged.row_id,
    person.person_id is not null
    or person_alias.person_id is not null
    or extract_file.table_name is null
    or judged.person_id is null as is_known_person
from judged
left join staged.person using (la_code, extract_date, person_id)
left join (
    select distinct la_code, extract_date, master_person_id as person_id from staged.person_alias
) as person_alias using (la_code, extract_date, person_id)
left join raw.extract_file on
    extract_file.la_code = judged.la_code
    and extract_file.extract_date = judged.extract_date
    and extract_file.table_name = 'person'
order by judged.row_id
