-- One row per extract in which most referrals that are two working days old or more have no time of MASH's decision,
-- though some have: the measure stays computable, and says little.
with
due as (
    select la_code, extract_date, count(*) as items, count(event_date) as decided, any_value(table_name) as table_name
    from facts.mash_item
    where working_days_elapsed > 10
    group by la_code, extract_date
)

select
    la_code, extract_date, table_name, null::bigint as row_number, null::varchar as record_id,
    null::varchar as person_id, 'mash_completed_at' as column_name,
    (items - decided) || ' of ' || items as raw_value, 'mash_time_missing' as rule, null::varchar as place
from due
where decided > 0 and decided * 2 < items
