-- One row per child whose immunisations are asked for and of which nothing is said, though what was said of them may be
-- from before the table is complete.
select distinct
    child.la_code, child.extract_date, 'cla_health' as table_name, null::bigint as row_number,
    null::varchar as record_id, child.person_id, null::varchar as column_name, null::varchar as raw_value,
    'missing_history' as rule, null::varchar as place
from facts.child_looked_after as child
inner join (
    from staged.coverage where table_name = 'cla_health' and complete_from is not null and not is_latest_only
) as coverage using (la_code, extract_date)
where
    child.is_without_a_break
    and child.immunisation_reason = 'Nothing is said of immunisations'
    and child.event_date >= coverage.complete_from + interval 12 month
