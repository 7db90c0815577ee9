-- One row per row in hand, with pseudonyms in place of the ids of children.
select
    casework_row.* replace (
        pseudonym.pseudonym as person_id,
        under_pseudonym(casework_row.record_id, casework_row.person_id, pseudonym.pseudonym) as record_id
    )
from casework_row
left join pseudonym on
    pseudonym.la_code = casework_row.la_code
    and pseudonym.written = casework_row.person_id
