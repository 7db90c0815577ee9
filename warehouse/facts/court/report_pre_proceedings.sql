-- One row per stretch of pre-proceedings and way in which it contradicts itself, law or sense. It is used all the same.
with
stretch as (
    select
        pre_proceedings.*,
        child.death_date,
        birthday(18, child.birth_date) as eighteenth_birthday,
        max(coalesce(pre_proceedings.decision_date, date '9999-12-31')) over (
            partition by pre_proceedings.la_code, pre_proceedings.extract_date, pre_proceedings.person_id
            order by pre_proceedings.start_date, pre_proceedings.pre_proceedings_id
            rows between unbounded preceding and 1 preceding
        ) as previous_decision_date
    from staged.pre_proceedings
    left join facts.child using (la_code, extract_date, person_id)
),

broken as (
    select
        *,
        unnest([
            {'rule': 'application_without_outcome', 'column_name': 'outcome',
             'raw_value': null::varchar,
             'is_broken': court_application_date is not null and outcome is null},
            {'rule': 'decided_without_letter', 'column_name': 'letter_date', 'raw_value': null,
             'is_broken': decision_date is not null and letter_date is null},
            {'rule': 'held_without_offer', 'column_name': 'fgdm_offered', 'raw_value': fgdm_offered::varchar,
             'is_broken': fgdm_held and not coalesce(fgdm_offered, false)},
            {'rule': 'outcome_without_decision', 'column_name': 'decision_date', 'raw_value': null,
             'is_broken': outcome is not null and decision_date is null},
            {'rule': 'overlapping_pre_proceedings', 'column_name': 'start_date', 'raw_value': start_date::varchar,
             'is_broken': previous_decision_date > start_date},
            {'rule': 'begins_at_18', 'column_name': 'start_date', 'raw_value': start_date::varchar,
             'is_broken': start_date >= eighteenth_birthday},
            {'rule': 'after_death', 'column_name': 'start_date', 'raw_value': start_date::varchar,
             'is_broken': start_date > death_date}
        ], recursive := true)
    from stretch
)

select
    la_code, extract_date, 'pre_proceedings' as table_name, row_number, pre_proceedings_id as record_id, person_id,
    column_name, raw_value, rule, place
from broken
where is_broken
