-- One row per former relevant young person of whom no age is known, so that no measure counts it.
select
    care_leaver.la_code, care_leaver.extract_date, 'care_leaver' as table_name, care_leaver.row_number,
    care_leaver.record_id, care_leaver.person_id, 'person_id' as column_name, care_leaver.person_id as raw_value,
    'care_leaver_without_age' as rule, care_leaver.place
from staged.care_leaver
left join facts.child using (la_code, extract_date, person_id)
where care_leaver.eligibility = 'FORMER_RELEVANT' and child.birth_date is null
