-- One row per conference that is counted otherwise than it reads, or has no date to count from.
with
entry as (
    select
        entry.*,
        icpc.place,
        counted.icpc_id is not null as is_counted,
        same_day.linked_s47_id is not null and entry.linked_s47_id is null as is_at_two_levels
    from facts.conference_entry as entry
    inner join staged.icpc using (la_code, extract_date, icpc_id, person_id)
    left join facts.conference_held as counted using (la_code, extract_date, icpc_id, person_id)
    left join facts.conference_held as same_day
        on same_day.la_code = entry.la_code
        and same_day.extract_date = entry.extract_date
        and same_day.person_id = entry.person_id
        and same_day.icpc_date = entry.icpc_date
    where entry.is_used
),

broken as (
    select
        *,
        unnest([
            {'rule': if(is_at_two_levels, 'conference_at_two_levels', 'conference_repeated'),
             'column_name': 'icpc_date', 'raw_value': icpc_date::varchar, 'is_broken': is_held and not is_counted},
            {'rule': 'notification_missing', 'column_name': 'notification_date', 'raw_value': null,
             'is_broken': is_transfer_in and notification_date is null and (is_held or is_to_be_held)}
        ], recursive := true)
    from entry
)

select
    la_code, extract_date, 'icpc' as table_name, row_number, icpc_id as record_id, person_id, column_name, raw_value,
    rule, place
from broken
where is_broken
