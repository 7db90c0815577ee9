-- One row per section 47 enquiry and way in which it contradicts law or sense. It is used as the definitions say.
with
enquiry as (
    select
        enquiry.*, s47.icpc_not_required, s47.place, child.death_date,
        lag(s47.end_date) over (
            partition by enquiry.la_code, enquiry.extract_date, enquiry.person_id
            order by enquiry.clock_start, enquiry.record_id
        ) as previous_end_date
    from facts.enquiry
    inner join staged.s47
        on s47.la_code = enquiry.la_code
        and s47.extract_date = enquiry.extract_date
        and s47.person_id = enquiry.person_id
        and s47.s47_id = enquiry.record_id
    left join facts.child
        on child.la_code = enquiry.la_code
        and child.extract_date = enquiry.extract_date
        and child.person_id = enquiry.person_id
),

broken as (
    select
        *,
        unnest([
            {'rule': 'conference_not_needed', 'column_name': 'icpc_not_required',
             'raw_value': icpc_not_required::varchar, 'is_broken': is_conference_unnecessary and is_answered},
            {'rule': 'overlapping_enquiries', 'column_name': 'start_date', 'raw_value': clock_start::varchar,
             'is_broken': previous_end_date > clock_start},
            {'rule': 'after_death', 'column_name': 'start_date', 'raw_value': clock_start::varchar,
             'is_broken': clock_start > death_date}
        ], recursive := true)
    from enquiry
)

select
    la_code, extract_date, 's47' as table_name, row_number, record_id, person_id, column_name, raw_value, rule, place
from broken
where is_broken
