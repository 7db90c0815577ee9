-- One row per child and month end looked after by us, with what every measure of that day asks: care plan, reviews,
-- visits, placements, health, workers, orders.
with
child as (from facts.looked_after_at_month_end),

-- A due day counts against the child while no review has answered it, and when it was answered late, for twelve months.
unmet_review as (
    select
        child.case_number,
        max(review_due.due_date) as due_date,
        bool_or(coalesce(review_due.answered_on > child.snapshot_date, true)) as is_overdue
    from child
    inner join facts.review_due on
        review_due.child_number = child.child_number
        and review_due.period_number = child.period_number
        and review_due.due_date <= child.snapshot_date
        and (
            review_due.answered_on is null
            or review_due.answered_on > child.snapshot_date
            or review_due.due_date > child.twelve_months_before
        )
    where coalesce(review_due.answered_on > review_due.due_date, true)
    group by child.case_number
),

visit as (
    select distinct child_in_care.child_number, cla_visit.visit_date
    from staged.cla_visit
    inner join facts.child_in_care using (la_code, extract_date, person_id)
    where is_done(cla_visit.status)
),

visited as (
    select child.case_number, visit.visit_date
    from child
    asof inner join visit on visit.child_number = child.child_number and visit.visit_date <= child.snapshot_date
),

-- Only a child of three placements or more can have had three in a year.
moved as (
    select child_number from facts.placement group by child_number having count(*) >= 3
),

placed as (
    select child.case_number
    from child
    semi join moved using (child_number)
    inner join facts.placement on
        placement.child_number = child.child_number
        and placement.start_date <= child.snapshot_date
        and coalesce(placement.end_date > child.twelve_months_before, true)
    where not placement.is_first_set_aside
    group by child.case_number
    having count(*) >= 3
),

allocation as (
    select child_in_care.child_number, allocation.worker_id, allocation.start_date, allocation.end_date
    from facts.primary_allocation as allocation
    inner join facts.child_in_care using (la_code, extract_date, person_id)
),

handed_over as (
    select child_number from allocation group by child_number having count(distinct worker_id) >= 3
),

worked_with as (
    select child.case_number
    from child
    semi join handed_over using (child_number)
    inner join allocation on
        allocation.child_number = child.child_number
        and allocation.start_date <= child.snapshot_date
        and coalesce(allocation.end_date > child.twelve_months_before + 1, true)
    group by child.case_number
    having count(distinct allocation.worker_id) >= 3
),

deprived as (
    select distinct child.case_number
    from staged.dolo
    inner join facts.child_in_care using (la_code, extract_date, person_id)
    inner join child on
        child.child_number = child_in_care.child_number
        and dolo.start_date <= child.snapshot_date
        and coalesce(dolo.end_date > child.snapshot_date, true)
),

known as (
    select
        child.*,
        care_plan.authorised_date,
        care_plan.reason as care_plan_reason,
        unmet_review.due_date as review_due_date,
        unmet_review.is_overdue as is_review_overdue,
        greatest(visited.visit_date, child.visits_from) as visit_clock_start,
        greatest(visited.visit_date, child.visits_from)
        + if(
            child.placement_type in ('U1', 'U4') and child.visits_from <= child.twelve_months_before,
            child.long_term_visit_days,
            child.visit_days
        ) as visit_due_date,
        placed.case_number is not null as has_three_placements,
        health.case_number is not null as is_without_a_break,
        health.assessed_on,
        health.assessed_before,
        health.dental_checked_on,
        health.is_immunised,
        worked_with.case_number is not null as has_three_workers,
        deprived.case_number is not null as is_deprived_of_liberty,
        snapshot_day.working_day_number - period_day.working_day_number as working_days_in_care
    from child
    left join facts.care_plan_at_month_end as care_plan using (case_number)
    left join facts.health_at_month_end as health using (case_number)
    left join unmet_review using (case_number)
    left join visited using (case_number)
    left join placed using (case_number)
    left join worked_with using (case_number)
    left join deprived using (case_number)
    left join reference.calendar as snapshot_day on snapshot_day.date = child.snapshot_date
        and snapshot_day.calendar_number = calendar_of(child.la_code)
    left join reference.calendar as period_day on period_day.date = child.period_start_date
        and period_day.calendar_number = calendar_of(child.la_code)
)

select
    known.la_code,
    known.extract_date,
    known.month,
    known.person_id,
    known.record_id,
    'cla_episode' as table_name,
    known.row_number,
    known.period_start_date as clock_start,
    known.snapshot_date as event_date,
    known.snapshot_date as attribute_date,
    known.legal_status,
    known.placement_type,
    known.is_unaccompanied,

    known.authorised_date is not null as has_authorised_care_plan,
    setting.careplan_grace_wd = 0 or coalesce(known.working_days_in_care > setting.careplan_grace_wd, true)
        as is_past_grace,
    known.care_plan_reason,

    coalesce(known.working_days_in_care, 20) >= 20 as is_review_due,
    known.review_due_date is null as is_reviewed_in_time,
    known.review_due_date,
    case
        when known.is_review_overdue then 'A review is overdue'
        when known.review_due_date is not null then 'A review was late'
    end as review_reason,

    known.visit_clock_start,
    known.visit_due_date,
    coalesce(known.visit_due_date >= known.snapshot_date, false) as is_visited_in_time,
    case
        when coalesce(known.visit_due_date < known.snapshot_date, true)
        then 'No visit for ' || (known.snapshot_date - known.visit_clock_start) || ' days'
    end as visit_reason,

    known.has_three_placements,
    known.period_start_date <= known.thirty_months_before + 1
    and coalesce(not has_turned(16, known.birth_date, known.snapshot_date), false) as is_of_long_standing,
    known.placement_start_date,
    -- In a temporary placement the one before it is the child's only if it goes on afterwards.
    coalesce(known.placement_end_date > known.snapshot_date, true)
    and coalesce(
        known.placement_start_date <= known.two_years_before + 1
        or known.first_placement_type in ('A3', 'A4', 'A5', 'A6')
        and known.start_of_the_placement_before <= known.two_years_before + 1,
        false
    ) as is_settled,

    known.is_without_a_break,
    known.assessed_on,
    coalesce(known.assessed_on > known.twelve_months_before, false)
    and (
        coalesce(has_turned(5, known.birth_date, known.snapshot_date), true)
        or coalesce(known.assessed_before > known.twelve_months_before, false)
    ) as is_health_assessed,
    case
        when not known.is_without_a_break then null
        when coalesce(known.assessed_on <= known.twelve_months_before, true)
        then 'No health assessment in twelve months'
        when
            not has_turned(5, known.birth_date, known.snapshot_date)
            and coalesce(known.assessed_before <= known.twelve_months_before, true)
        then 'One health assessment in twelve months, and two are due under five'
    end as health_reason,
    known.dental_checked_on,
    coalesce(known.dental_checked_on > known.twelve_months_before, false) as is_dental_checked,
    coalesce(known.is_immunised, false) as is_immunised,
    case
        when not known.is_without_a_break then null
        when known.is_immunised is null then 'Nothing is said of immunisations'
        when not known.is_immunised then 'Immunisations are not up to date'
    end as immunisation_reason,

    known.has_three_workers,
    known.is_deprived_of_liberty
from known cross join reference.setting
