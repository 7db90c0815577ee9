-- One row per child and month end on a child protection plan of ours: not turned 18, alive, the unborn included; with
-- its reviews and visits so far.
with
month_end as (
    select
        reporting_month.la_code, reporting_month.extract_date, reporting_month.month, reporting_month.snapshot_date,
        months_before(reporting_month.snapshot_date, 12) as year_before,
        calendar.working_day_number, visit.days as visit_standard, review.days as review_standard
    from facts.reporting_month
    left join reference.calendar on calendar.date = reporting_month.snapshot_date
        and calendar.calendar_number = calendar_of(reporting_month.la_code)
    asof left join reference.standard as visit on
        visit.clock = 'plan_visit_timeliness' and reporting_month.snapshot_date >= visit.valid_from
    asof left join reference.standard as review on
        review.clock = 'plan_review_first' and reporting_month.snapshot_date >= review.valid_from
),

plan as (
    select
        *,
        row_number() over (
            partition by la_code, extract_date order by our_start_date, start_date, cp_plan_id
        ) as position
    from facts.plan
),

-- A child on two plans is one child, and the plan that began first speaks for it.
earliest as (
    select
        month_end.la_code, month_end.extract_date, month_end.month, plan.person_id,
        min(plan.position) as position,
        min(plan.start_date) as own_start_date
    from plan
    inner join month_end on
        month_end.la_code = plan.la_code
        and month_end.extract_date = plan.extract_date
        and month_end.snapshot_date >= plan.our_start_date
        and (plan.end_date is null or plan.end_date > month_end.snapshot_date)
    left join facts.child on
        child.la_code = plan.la_code
        and child.extract_date = plan.extract_date
        and child.person_id = plan.person_id
    where
        not coalesce(has_turned(18, child.birth_date, month_end.snapshot_date), false)
        and not coalesce(child.death_date <= month_end.snapshot_date, false)
    group by month_end.la_code, month_end.extract_date, month_end.month, plan.person_id
),

on_plan as (
    select
        earliest.la_code, earliest.extract_date, earliest.month, earliest.person_id, earliest.own_start_date,
        plan.our_start_date as plan_start_date, plan.cp_plan_id, plan.latest_category, plan.referral_source,
        plan.referral_team, plan.row_number,
        month_end.snapshot_date, month_end.year_before, month_end.working_day_number, month_end.visit_standard,
        month_end.review_standard
    from earliest
    inner join plan using (la_code, extract_date, position)
    inner join month_end using (la_code, extract_date, month)
),

-- Reviews fall due one after another; of those due days only the ones not met can make a month fail.
missed as (
    select
        on_plan.la_code, on_plan.extract_date, on_plan.month, on_plan.person_id,
        max(plan_review_due.due_date) as due_date
    from on_plan
    inner join facts.plan_review_due on
        plan_review_due.la_code = on_plan.la_code
        and plan_review_due.extract_date = on_plan.extract_date
        and plan_review_due.person_id = on_plan.person_id
        and plan_review_due.due_date <= on_plan.snapshot_date
    where
        coalesce(plan_review_due.next_review_date > plan_review_due.due_date, true)
        and (
            plan_review_due.due_date > on_plan.year_before
            or coalesce(plan_review_due.next_review_date > on_plan.snapshot_date, true)
        )
        and case
            when plan_review_due.is_first then plan_review_due.from_date = on_plan.plan_start_date
            else plan_review_due.from_date > on_plan.plan_start_date
        end
    group by on_plan.la_code, on_plan.extract_date, on_plan.month, on_plan.person_id
),

visit as (
    select distinct la_code, extract_date, person_id, visit_date
    from staged.cp_visit
    where seen and took_place(status)
),

visited as (
    select
        on_plan.*,
        greatest(on_plan.plan_start_date, visit.visit_date) as last_visit_date
    from on_plan
    asof left join visit on
        visit.la_code = on_plan.la_code
        and visit.extract_date = on_plan.extract_date
        and visit.person_id = on_plan.person_id
        and on_plan.snapshot_date >= visit.visit_date
)

select
    visited.la_code,
    visited.extract_date,
    visited.month,
    visited.person_id,
    visited.cp_plan_id as record_id,
    visited.plan_start_date as clock_start,
    visited.snapshot_date as event_date,
    visited.snapshot_date as attribute_date,
    visited.plan_start_date,
    visited.own_start_date,
    visited.snapshot_date - visited.own_start_date + 1 > 729 as is_over_two_years,
    visited.snapshot_date - visited.plan_start_date >= visited.review_standard as is_review_asked,
    missed.due_date is null as is_reviewed_in_time,
    missed.due_date as missed_due_date,
    visited.last_visit_date,
    visited.working_day_number - seen.working_day_number as working_days_since_visit,
    coalesce(visited.working_day_number - seen.working_day_number <= visited.visit_standard, false)
        as is_visited_in_time,
    visited.latest_category as category_of_abuse,
    visited.referral_source,
    visited.referral_team,
    'cp_plan' as table_name,
    visited.row_number
from visited
left join missed using (la_code, extract_date, month, person_id)
left join reference.calendar as seen on seen.date = visited.last_visit_date
    and seen.calendar_number = calendar_of(visited.la_code)
