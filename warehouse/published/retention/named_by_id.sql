-- At most one row: one of a table that names a child by something else than a pseudonym.
select la_code
from query_table($table_name)
where not regexp_full_match(person_id, $pseudonym)
limit 1
