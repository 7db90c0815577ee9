-- One row per child and month end looked after, with the care plan that counts on that day, or why none does: it was
-- authorised by then, has not ended, and was authorised no earlier than 31 days before the period of care began. From
-- the 16th birthday a pathway plan stands for a care plan.
with
care_plan as (
    select
        la_code, extract_date, person_id, authorised_date, end_date, coalesce(plan_type, 'CARE_PLAN') as plan_type
    from staged.cla_care_plan
    where is_done(status)
),

-- The days on which a plan counts in a period of care; a pathway plan from the 16th birthday on.
in_force as (
    select
        care_period.la_code, care_period.extract_date, care_period.person_id, care_period.period_number,
        care_plan.authorised_date,
        case
            when care_plan.plan_type = 'CARE_PLAN' then care_plan.authorised_date
            else greatest(care_plan.authorised_date, birthday(16, child.birth_date))
        end as from_date,
        coalesce(care_plan.end_date, date '9999-12-31') as until_date
    from facts.care_period
    inner join care_plan using (la_code, extract_date, person_id)
    cross join reference.setting
    left join facts.child using (la_code, extract_date, person_id)
    where
        care_plan.authorised_date >= care_period.start_date - 31
        and (
            care_plan.plan_type = 'CARE_PLAN'
            or care_plan.plan_type = 'PATHWAY_PLAN' and setting.careplan_accept_pathway and child.birth_date is not null
        )
),

planned as (
    select
        child.la_code, child.extract_date, child.month, child.person_id,
        max(in_force.authorised_date) as authorised_date
    from facts.looked_after_at_month_end as child
    inner join in_force on
        in_force.la_code = child.la_code
        and in_force.extract_date = child.extract_date
        and in_force.person_id = child.person_id
        and in_force.period_number = child.period_number
        and in_force.from_date <= child.snapshot_date
        and in_force.until_date > child.snapshot_date
    group by child.la_code, child.extract_date, child.month, child.person_id
),

-- Only who has none needs a reason.
without as (
    select
        child.la_code, child.extract_date, child.month, child.person_id,
        case
            when count(care_plan.person_id) = 0 then 'No care plan'
            when not coalesce(bool_or(care_plan.authorised_date <= child.snapshot_date), false)
            then 'No care plan is authorised'
            when
                not bool_or(
                    care_plan.authorised_date <= child.snapshot_date and care_plan.plan_type in ('CARE_PLAN', 'PATHWAY_PLAN')
                )
            then 'A plan that is no care plan'
            when
                not bool_or(
                    care_plan.authorised_date <= child.snapshot_date
                    and (
                        care_plan.plan_type = 'CARE_PLAN'
                        or care_plan.plan_type = 'PATHWAY_PLAN'
                        and setting.careplan_accept_pathway
                        and coalesce(has_turned(16, child.birth_date, child.snapshot_date), false)
                    )
                )
            then 'A pathway plan before 16'
            when
                not bool_or(
                    care_plan.authorised_date between child.period_start_date - 31 and child.snapshot_date
                    and (
                        care_plan.plan_type = 'CARE_PLAN'
                        or care_plan.plan_type = 'PATHWAY_PLAN'
                        and setting.careplan_accept_pathway
                        and coalesce(has_turned(16, child.birth_date, child.snapshot_date), false)
                    )
                )
            then 'The care plan is from an earlier period of care'
            else 'The care plan has ended'
        end as reason
    from facts.looked_after_at_month_end as child
    cross join reference.setting
    anti join planned using (la_code, extract_date, month, person_id)
    left join care_plan using (la_code, extract_date, person_id)
    group by child.la_code, child.extract_date, child.month, child.person_id
)

select la_code, extract_date, month, person_id, authorised_date, null as reason from planned
union all
select la_code, extract_date, month, person_id, null, reason from without
