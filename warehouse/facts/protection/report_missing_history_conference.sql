-- One row per conference that names an enquiry from before the table is complete, of which no row was kept: it has no
-- start to count from.
select
    held.la_code, held.extract_date, 'icpc' as table_name, held.row_number, held.icpc_id as record_id, held.person_id,
    's47_id' as column_name, icpc.s47_id as raw_value, 'missing_history' as rule, icpc.place
from facts.conference_held as held
inner join staged.icpc using (la_code, extract_date, icpc_id, person_id)
where held.is_used and held.is_history_missing
