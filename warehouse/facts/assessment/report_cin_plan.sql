-- One row per child in need plan that was open beside another one, or beside a child protection plan of ours.
with
cin_plan as (
    select
        cin_plan.*,
        max(coalesce(end_date, date '9999-12-31')) over (
            partition by la_code, extract_date, person_id
            order by start_date, cin_plan_id
            rows between unbounded preceding and 1 preceding
        ) as previous_end_date
    from staged.cin_plan
    where is_real(status)
),

protected as (
    select distinct cin_plan.la_code, cin_plan.extract_date, cin_plan.person_id, cin_plan.cin_plan_id
    from cin_plan
    inner join facts.plan
        on plan.la_code = cin_plan.la_code
        and plan.extract_date = cin_plan.extract_date
        and plan.person_id = cin_plan.person_id
        and coalesce(plan.end_date > cin_plan.start_date, true)
        and coalesce(cin_plan.end_date, date '9999-12-31') > plan.our_start_date
),

broken as (
    select
        cin_plan.*,
        unnest([
            {'rule': 'overlapping_cin_plans', 'is_broken': cin_plan.previous_end_date > cin_plan.start_date},
            {'rule': 'plan_beside_protection_plan', 'is_broken': protected.cin_plan_id is not null}
        ], recursive := true)
    from cin_plan
    left join protected using (la_code, extract_date, person_id, cin_plan_id)
)

select
    la_code, extract_date, 'cin_plan' as table_name, row_number, cin_plan_id as record_id, person_id,
    'start_date' as column_name, start_date::varchar as raw_value, rule, place
from broken
where is_broken
