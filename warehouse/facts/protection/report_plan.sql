-- One row per child protection plan and way in which it contradicts law or sense, or does not count as it reads.
with
child_plan as (
    select
        cp_plan.*,
        child.death_date,
        birthday(18, child.birth_date) as eighteenth_birthday,
        coalesce(child.birth_date, child.expected_birth_date) as birth_date,
        lag(cp_plan.end_date, 1, date '0001-01-01') over own as previous_end_date,
        lag(cp_plan.cp_plan_id) over own as previous_plan_id,
        conference.icpc_date as conference_date
    from staged.cp_plan
    left join facts.child using (la_code, extract_date, person_id)
    left join facts.conference_held as conference
        on conference.la_code = cp_plan.la_code
        and conference.extract_date = cp_plan.extract_date
        and conference.person_id = cp_plan.person_id
        and conference.icpc_id = cp_plan.icpc_id
        and not conference.is_transfer_in
    where not coalesce(cp_plan.ola_plan, false) and not coalesce(cp_plan.temporary, false)
    window own as (
        partition by cp_plan.la_code, cp_plan.extract_date, cp_plan.person_id
        order by cp_plan.start_date, cp_plan.cp_plan_id
    )
),

broken as (
    select
        *,
        unnest([
            {'rule': 'overlapping_plans', 'column_name': 'start_date', 'raw_value': start_date::varchar,
             'is_broken': previous_plan_id is not null and coalesce(previous_end_date > start_date, true)},
            {'rule': 'ends_on_its_first_day', 'column_name': 'end_date', 'raw_value': end_date::varchar,
             'is_broken': end_date = start_date},
            {'rule': 'open_at_18', 'column_name': 'end_date', 'raw_value': end_date::varchar,
             'is_broken': start_date < eighteenth_birthday and eighteenth_birthday <= coalesce(end_date, extract_date)
                and coalesce(end_date > eighteenth_birthday, true)},
            {'rule': 'begins_at_18', 'column_name': 'start_date', 'raw_value': start_date::varchar,
             'is_broken': start_date >= eighteenth_birthday},
            {'rule': 'after_death', 'column_name': if(start_date > death_date, 'start_date', 'end_date'),
             'raw_value': if(start_date > death_date, start_date, end_date)::varchar,
             'is_broken': start_date > death_date or end_date > death_date
                or end_date is null and death_date <= extract_date},
            {'rule': 'begins_before_birth', 'column_name': 'start_date', 'raw_value': start_date::varchar,
             'is_broken': start_date < birth_date - 280},
            {'rule': 'plan_on_another_day', 'column_name': 'start_date',
             'raw_value': start_date::varchar, 'is_broken': conference_date <> start_date}
        ], recursive := true)
    from child_plan
)

select
    la_code, extract_date, 'cp_plan' as table_name, row_number, cp_plan_id as record_id, person_id, column_name,
    raw_value, rule, place
from broken
where is_broken
