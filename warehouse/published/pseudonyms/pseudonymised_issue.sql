-- One row per row in hand, with pseudonyms in place of the ids of children, in cells too.
select
    casework_row.* replace (
        child.pseudonym as person_id,
        under_pseudonym(casework_row.record_id, casework_row.person_id, child.pseudonym) as record_id,
        coalesce(
            cell.pseudonym, under_pseudonym(casework_row.raw_value, casework_row.person_id, child.pseudonym)
        ) as raw_value
    )
from casework_row
left join pseudonym as child on
    child.la_code = casework_row.la_code
    and child.written = casework_row.person_id
left join pseudonym as cell on
    cell.la_code = casework_row.la_code
    and cell.written = casework_row.raw_value
    and casework_row.column_name in ('person_id', 'master_person_id')
