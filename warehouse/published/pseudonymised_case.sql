-- One row per row in hand, with pseudonyms in place of the ids of children.
select
    casework_row.* replace (
        pseudonym.pseudonym as person_id,
        case
            when contains(upper(casework_row.record_id), casework_row.person_id)
            then
                regexp_replace(
                    casework_row.record_id, regexp_escape(casework_row.person_id), pseudonym.pseudonym, 'gi'
                )
            else casework_row.record_id
        end as record_id
    )
from casework_row
left join pseudonym on
    pseudonym.la_code = casework_row.la_code
    and pseudonym.written = casework_row.person_id
