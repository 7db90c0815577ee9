-- One row per single assessment and way in which it contradicts law or sense. It is used as the definitions say.
with
broken as (
    select
        assessment.*,
        unnest([
            {'rule': 'open_after_closure', 'column_name': 'authorised_date', 'raw_value': null::varchar,
             'is_broken': assessment.event_date is null and assessment.closure_date <= assessment.extract_date},
            {'rule': 'activity_after_closure', 'column_name': 'start_date',
             'raw_value': assessment.begun_date::varchar,
             'is_broken': assessment.begun_date > assessment.closure_date},
            {'rule': 'after_death', 'column_name': 'start_date', 'raw_value': assessment.begun_date::varchar,
             'is_broken': assessment.begun_date > child.death_date}
        ], recursive := true)
    from facts.single_assessment as assessment
    left join facts.child using (la_code, extract_date, person_id)
)

select
    la_code, extract_date, table_name, row_number, record_id, person_id, column_name, raw_value, rule, place
from broken
where is_broken
