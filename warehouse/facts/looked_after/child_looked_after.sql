-- One row per child and month end looked after by us, with what every measure of that day asks: care plan, reviews,
-- visits, placements, health, workers, orders.
with
child as (
    select
        at_month_end.*,
        placement_of_episode.placement_number,
        coalesce(placement.start_date, placement_of_episode.stay_start_date) as placement_start_date,
        placement.first_type as first_placement_type,
        placement.start_of_the_one_before
    from facts.looked_after_at_month_end as at_month_end
    left join facts.placement_of_episode using (la_code, extract_date, person_id, episode_number)
    left join facts.placement on
        placement.la_code = at_month_end.la_code
        and placement.extract_date = at_month_end.extract_date
        and placement.person_id = at_month_end.person_id
        and placement.placement_number = placement_of_episode.placement_number
),

-- A due day counts against the child while no review has answered it, and when it was answered late, for twelve months.
unmet_review as (
    select
        child.la_code, child.extract_date, child.month, child.person_id,
        max(review_due.due_date) as due_date,
        bool_or(coalesce(review_due.answered_on > child.snapshot_date, true)) as is_overdue
    from child
    inner join facts.review_due on
        review_due.la_code = child.la_code
        and review_due.extract_date = child.extract_date
        and review_due.person_id = child.person_id
        and review_due.period_number = child.period_number
        and review_due.due_date <= child.snapshot_date
        and (
            review_due.answered_on is null
            or review_due.answered_on > child.snapshot_date
            or review_due.due_date > child.twelve_months_before
        )
    where coalesce(review_due.answered_on > review_due.due_date, true)
    group by child.la_code, child.extract_date, child.month, child.person_id
),

visit as (
    select distinct la_code, extract_date, person_id, visit_date from staged.cla_visit where is_done(status)
),

visited as (
    select
        child.la_code, child.extract_date, child.month, child.person_id,
        greatest(visit.visit_date, child.placement_start_date) as visit_clock_start
    from child
    asof left join visit on
        visit.la_code = child.la_code
        and visit.extract_date = child.extract_date
        and visit.person_id = child.person_id
        and visit.visit_date <= child.snapshot_date
),

-- Only a child of three placements or more can have had three in a year.
moved as (
    select la_code, extract_date, person_id
    from facts.placement
    group by la_code, extract_date, person_id
    having count(*) >= 3
),

placed as (
    select child.la_code, child.extract_date, child.month, child.person_id, count(*) as placements
    from child
    semi join moved using (la_code, extract_date, person_id)
    inner join facts.placement on
        placement.la_code = child.la_code
        and placement.extract_date = child.extract_date
        and placement.person_id = child.person_id
        and placement.start_date <= child.snapshot_date
        and coalesce(placement.end_date > child.twelve_months_before, true)
    where not placement.is_first_set_aside
    group by child.la_code, child.extract_date, child.month, child.person_id
),

-- Completed assessments and checks by day, each with the one before it.
health as (
    select
        la_code, extract_date, person_id, type, event_date,
        case
            when count(*) > 1 then event_date
            else lag(event_date) over (partition by la_code, extract_date, person_id, type order by event_date)
        end as event_date_before
    from staged.cla_health
    where status = 'COMPLETED' and event_date is not null
    group by la_code, extract_date, person_id, type, event_date
),

assessment as (from health where type = 'HEALTH_ASSESSMENT'),

dental_check as (from health where type = 'DENTAL_CHECK'),

-- What was said last of a day counts; said without a day, it is as things are now.
immunisation as (
    select
        la_code, extract_date, person_id,
        coalesce(event_date, (date_trunc('month', extract_date + 1) - interval 1 day)::date) as said_on,
        arg_max(status, row_number) = 'UP_TO_DATE' as is_up_to_date
    from staged.cla_health
    where type = 'IMMUNISATIONS' and status not in ('PLANNED', 'CANCELLED')
    group by la_code, extract_date, person_id, said_on
),

healthy as (
    select
        child.la_code, child.extract_date, child.month, child.person_id,
        assessment.event_date as assessed_on,
        assessment.event_date_before as assessed_before,
        dental_check.event_date as dental_checked_on,
        immunisation.is_up_to_date as is_immunised
    from child
    asof left join assessment on
        assessment.la_code = child.la_code
        and assessment.extract_date = child.extract_date
        and assessment.person_id = child.person_id
        and assessment.event_date <= child.snapshot_date
    asof left join dental_check on
        dental_check.la_code = child.la_code
        and dental_check.extract_date = child.extract_date
        and dental_check.person_id = child.person_id
        and dental_check.event_date <= child.snapshot_date
    asof left join immunisation on
        immunisation.la_code = child.la_code
        and immunisation.extract_date = child.extract_date
        and immunisation.person_id = child.person_id
        and immunisation.said_on <= child.snapshot_date
    where child.period_start_date <= child.twelve_months_before + 1
),

handed_over as (
    select la_code, extract_date, person_id
    from facts.primary_allocation
    group by la_code, extract_date, person_id
    having count(distinct worker_id) >= 3
),

worked_with as (
    select
        child.la_code, child.extract_date, child.month, child.person_id,
        count(distinct primary_allocation.worker_id) as workers
    from child
    semi join handed_over using (la_code, extract_date, person_id)
    inner join facts.primary_allocation on
        primary_allocation.la_code = child.la_code
        and primary_allocation.extract_date = child.extract_date
        and primary_allocation.person_id = child.person_id
        and primary_allocation.start_date <= child.snapshot_date
        and coalesce(primary_allocation.end_date > child.twelve_months_before + 1, true)
    group by child.la_code, child.extract_date, child.month, child.person_id
),

deprived as (
    select distinct child.la_code, child.extract_date, child.month, child.person_id
    from child
    inner join staged.dolo on
        dolo.la_code = child.la_code
        and dolo.extract_date = child.extract_date
        and dolo.person_id = child.person_id
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
        visited.visit_clock_start,
        visited.visit_clock_start + standard.days::int as visit_due_date,
        coalesce(placed.placements >= 3, false) as has_three_placements,
        has_turned(5, child.birth_date, child.snapshot_date) as has_turned_five,
        coalesce(not has_turned(16, child.birth_date, child.snapshot_date), false)
            and child.period_start_date <= child.thirty_months_before + 1 as is_of_long_standing,
        child.period_start_date <= child.twelve_months_before + 1 as is_without_a_break,
        healthy.assessed_on,
        healthy.assessed_before,
        healthy.dental_checked_on,
        healthy.is_immunised,
        coalesce(worked_with.workers >= 3, false) as has_three_workers,
        deprived.person_id is not null as is_deprived_of_liberty,
        snapshot_day.working_day_number - period_day.working_day_number as working_days_in_care
    from child
    left join facts.care_plan_at_month_end as care_plan using (la_code, extract_date, month, person_id)
    left join unmet_review using (la_code, extract_date, month, person_id)
    left join visited using (la_code, extract_date, month, person_id)
    left join placed using (la_code, extract_date, month, person_id)
    left join healthy using (la_code, extract_date, month, person_id)
    left join worked_with using (la_code, extract_date, month, person_id)
    left join deprived using (la_code, extract_date, month, person_id)
    left join reference.calendar as snapshot_day on snapshot_day.date = child.snapshot_date
    left join reference.calendar as period_day on period_day.date = child.period_start_date
    asof left join reference.standard on
        standard.clock = case
            when child.placement_type in ('U1', 'U4')
                and child.placement_start_date <= child.twelve_months_before
            then 'looked_after_visit_long_term'
            else 'looked_after_visit'
        end
        and standard.valid_from <= child.snapshot_date
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
    'No visit for ' || (known.snapshot_date - known.visit_clock_start) || ' days' as visit_reason,

    known.has_three_placements,
    known.is_of_long_standing,
    known.placement_start_date,
    coalesce(
        known.placement_start_date <= known.two_years_before + 1
        or known.first_placement_type in ('A3', 'A4', 'A5', 'A6')
        and known.start_of_the_one_before <= known.two_years_before + 1,
        false
    ) as is_settled,

    known.is_without_a_break,
    known.assessed_on,
    coalesce(known.assessed_on > known.twelve_months_before, false)
    and (
        coalesce(known.has_turned_five, true) or coalesce(known.assessed_before > known.twelve_months_before, false)
    ) as is_health_assessed,
    case
        when coalesce(known.assessed_on <= known.twelve_months_before, true)
        then 'No health assessment in twelve months'
        else 'One health assessment in twelve months, and two are due under five'
    end as health_reason,
    known.dental_checked_on,
    coalesce(known.dental_checked_on > known.twelve_months_before, false) as is_dental_checked,
    coalesce(known.is_immunised, false) as is_immunised,
    case when known.is_immunised is null then 'Nothing is said of immunisations' else 'Immunisations are not up to date' end
        as immunisation_reason,

    known.has_three_workers,
    known.is_deprived_of_liberty
from known cross join reference.setting
