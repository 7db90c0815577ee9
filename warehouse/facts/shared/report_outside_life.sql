-- One row per visit, review or other event that is dated after the child's death, or before the birth where only a child
-- who is born can have it. It is used as the definitions say.
with
event as (
    select
        la_code, extract_date, 'contact' as table_name, row_number, record_id, person_id, 'received_at' as column_name,
        received_at::date as event_date, false as is_of_the_born, place
    from staged.contact
    where took_place(status)
    union all
    select
        la_code, extract_date, 'icpc' as table_name, row_number, record_id, person_id, 'icpc_date' as column_name,
        icpc_date as event_date, false as is_of_the_born, place
    from staged.icpc
    where took_place(status)
    union all
    select
        la_code, extract_date, 'cp_review' as table_name, row_number, record_id, person_id, 'review_date' as column_name,
        review_date as event_date, false as is_of_the_born, place
    from staged.cp_review
    where took_place(status)
    union all
    select
        la_code, extract_date, 'cp_visit' as table_name, row_number, record_id, person_id, 'visit_date' as column_name,
        visit_date as event_date, false as is_of_the_born, place
    from staged.cp_visit
    where took_place(status)
    union all
    select
        la_code, extract_date, 'cin_plan' as table_name, row_number, record_id, person_id, 'start_date' as column_name,
        start_date as event_date, false as is_of_the_born, place
    from staged.cin_plan
    where took_place(status)
    union all
    select
        la_code, extract_date, 'cin_visit' as table_name, row_number, record_id, person_id, 'visit_date' as column_name,
        visit_date as event_date, false as is_of_the_born, place
    from staged.cin_visit
    where took_place(status)
    union all
    select
        la_code, extract_date, 'cla_review' as table_name, row_number, record_id, person_id, 'review_date' as column_name,
        review_date as event_date, true as is_of_the_born, place
    from staged.cla_review
    where took_place(status) and not coalesce(cancelled, false)
    union all
    select
        la_code, extract_date, 'cla_visit' as table_name, row_number, record_id, person_id, 'visit_date' as column_name,
        visit_date as event_date, true as is_of_the_born, place
    from staged.cla_visit
    where took_place(status)
    union all
    select
        la_code, extract_date, 'cla_health' as table_name, row_number, record_id, person_id, 'event_date' as column_name,
        event_date as event_date, true as is_of_the_born, place
    from staged.cla_health
    where status is null or status not in ('CANCELLED', 'PLANNED')
    union all
    select
        la_code, extract_date, 'missing' as table_name, row_number, record_id, person_id, 'start_at' as column_name,
        start_at::date as event_date, true as is_of_the_born, place
    from staged.missing
    union all
    select
        la_code, extract_date, 'dolo' as table_name, row_number, record_id, person_id, 'start_date' as column_name,
        start_date as event_date, true as is_of_the_born, place
    from staged.dolo
)

select
    event.la_code, event.extract_date, event.table_name, event.row_number, event.record_id, event.person_id,
    event.column_name, event.event_date::varchar as raw_value,
    if(event.event_date > child.death_date, 'after_death', 'begins_before_birth') as rule, event.place
from event
inner join facts.child using (la_code, extract_date, person_id)
where event.event_date > child.death_date or (event.is_of_the_born and event.event_date < child.birth_date)
