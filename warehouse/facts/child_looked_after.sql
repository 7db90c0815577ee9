-- One row per child and month end looked after by us: not turned 18, not unborn, short breaks left out; and whether the
-- child has an authorised care plan that belongs to the current period of care.
with
looked_after as (
    select
        month.la_code,
        month.extract_date,
        month.month,
        month.snapshot_date,
        episode.person_id,
        arg_max(episode.record_id, {'start': episode.decom, 'row': episode.row_number}) as record_id,
        arg_max(episode.period_start_date, {'start': episode.decom, 'row': episode.row_number}) as period_start_date,
        max({'start': episode.decom, 'row': episode.row_number}).row as row_number,
        any_value(child.birth_date) as birth_date
    from facts.period_of_care as episode
    inner join facts.reporting_month as month on
        month.la_code = episode.la_code
        and month.extract_date = episode.extract_date
        and month.snapshot_date >= episode.decom
        and (episode.dec is null or episode.dec > month.snapshot_date)
    left join facts.child on
        child.la_code = episode.la_code
        and child.extract_date = episode.extract_date
        and child.person_id = episode.person_id
    where
        (month.la_code, month.extract_date) in (from raw.run_extract)
        and not coalesce(has_turned(18, child.birth_date, month.snapshot_date), false)
        and not coalesce(coalesce(child.birth_date, child.expected_birth_date) > month.snapshot_date, false)
    group by month.la_code, month.extract_date, month.month, month.snapshot_date, episode.person_id
),

care_plan as (
    select cla_care_plan.*
    from staged.cla_care_plan semi join raw.run_extract using (la_code, extract_date)
    where cla_care_plan.status is null or cla_care_plan.status not in (select status from reference.status)
),

planned as (
    select
        looked_after.*,
        care_plan.care_plan_id,
        care_plan.authorised_date,
        care_plan.person_id is not null as has_plan,
        coalesce(care_plan.authorised_date <= looked_after.snapshot_date, false) as is_authorised,
        coalesce(care_plan.end_date > looked_after.snapshot_date, true) as is_current,
        coalesce(care_plan.authorised_date >= looked_after.period_start_date - 31, false) as is_of_period,
        coalesce(care_plan.plan_type, 'CARE_PLAN') = 'CARE_PLAN'
        or setting.careplan_accept_pathway
        and coalesce(has_turned(16, looked_after.birth_date, looked_after.snapshot_date), false) as is_of_type
    from looked_after
    cross join reference.setting
    left join care_plan on
        care_plan.la_code = looked_after.la_code
        and care_plan.extract_date = looked_after.extract_date
        and care_plan.person_id = looked_after.person_id
)

select
    planned.la_code,
    planned.extract_date,
    planned.month,
    planned.person_id,
    any_value(planned.record_id) as record_id,
    any_value(planned.period_start_date) as clock_start,
    planned.snapshot_date as event_date,
    bool_or(is_authorised and is_current and is_of_period and is_of_type) as has_authorised_care_plan,
    max(authorised_date) filter (is_authorised and is_current and is_of_period and is_of_type) as authorised_date,
    any_value(
        setting.careplan_grace_wd = 0
        or snapshot_day.working_day_number - period_day.working_day_number > setting.careplan_grace_wd
    ) as is_past_grace,
    case
        when bool_or(is_authorised and is_current and is_of_period and is_of_type) then null
        when not bool_or(has_plan) then 'No care plan'
        when not bool_or(is_authorised) then 'No care plan is authorised'
        when not bool_or(is_authorised and is_of_type) then 'A pathway plan before 16'
        when not bool_or(is_authorised and is_of_type and is_of_period) then 'The care plan is from an earlier period of care'
        else 'The care plan has ended'
    end as reason,
    'cla_episode' as table_name,
    any_value(planned.row_number) as row_number
from planned
cross join reference.setting
left join reference.calendar as snapshot_day on snapshot_day.date = planned.snapshot_date
left join reference.calendar as period_day on period_day.date = planned.period_start_date
group by planned.la_code, planned.extract_date, planned.month, planned.snapshot_date, planned.person_id
