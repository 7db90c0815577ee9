-- One row per typed row, under the child's own id where the case system merged two, and whether the person is known.
-- Where no person table was sent, no person can be missing from it.
select
    before_person.* replace (coalesce(person_alias.master_person_id, before_person.person_id) as person_id),
    person.person_id is not null or extract_file.table_name is null or before_person.person_id is null as is_known_person
from before_person
left join staged.person using (la_code, extract_date, person_id)
left join staged.person_alias using (la_code, extract_date, person_id)
left join raw.extract_file on
    extract_file.la_code = before_person.la_code
    and extract_file.extract_date = before_person.extract_date
    and extract_file.table_name = 'person'
