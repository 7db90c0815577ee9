-- One row per child and month end looked after, with the care plan that counts on that day, or why none does: it was
-- authorised by then, has not ended, and was authorised no earlier than 31 days before the period of care. From the
-- 16th birthday a pathway plan stands for a care plan.
with
-- A plan counts from the day on which it is authorised, a pathway plan from the 16th birthday at the earliest.
care_plan as (
    select
        child.child_number,
        cla_care_plan.authorised_date,
        coalesce(cla_care_plan.end_date, date '9999-12-31') as until_date,
        coalesce(cla_care_plan.plan_type, 'CARE_PLAN') in ('CARE_PLAN', 'PATHWAY_PLAN') as is_care_plan,
        case
            when coalesce(cla_care_plan.plan_type, 'CARE_PLAN') = 'CARE_PLAN' then cla_care_plan.authorised_date
            when
                cla_care_plan.plan_type = 'PATHWAY_PLAN'
                and setting.careplan_accept_pathway
                and child.birth_date is not null
            then greatest(cla_care_plan.authorised_date, birthday(16, child.birth_date))
        end as from_date
    from staged.cla_care_plan
    inner join facts.child_in_care as child using (la_code, extract_date, person_id)
    cross join reference.setting
    where is_done(cla_care_plan.status)
),

planned as (
    select child.case_number, max(care_plan.authorised_date) as authorised_date
    from facts.looked_after_at_month_end as child
    inner join care_plan on
        care_plan.child_number = child.child_number
        and care_plan.from_date <= child.snapshot_date
        and care_plan.until_date > child.snapshot_date
        and care_plan.authorised_date >= child.period_start_date - 31
    group by child.case_number
),

-- Only who has none needs a reason.
without as (
    select
        child.case_number,
        case
            when count(care_plan.child_number) = 0 then 'No care plan'
            when not coalesce(bool_or(care_plan.authorised_date <= child.snapshot_date), false)
            then 'No care plan is authorised'
            when not bool_or(care_plan.authorised_date <= child.snapshot_date and care_plan.is_care_plan)
            then 'A plan that is no care plan'
            when not coalesce(bool_or(care_plan.from_date <= child.snapshot_date), false)
            then 'A pathway plan before 16'
            when
                not bool_or(
                    coalesce(care_plan.from_date <= child.snapshot_date, false)
                    and care_plan.authorised_date >= child.period_start_date - 31
                )
            then 'The care plan is from an earlier period of care'
            else 'The care plan has ended'
        end as reason
    from facts.looked_after_at_month_end as child
    anti join planned using (case_number)
    left join care_plan using (child_number)
    group by child.case_number
)

select case_number, authorised_date, null as reason from planned
union all
select case_number, null, reason from without
