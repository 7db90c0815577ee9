-- One row per child and initial child protection conference held: whether it was in time, and whether it led to a plan.
with
-- The plan that came of a conference: one of them names the other, else a plan began on the day.
plan_of_conference as (
    select
        held.la_code, held.extract_date, held.person_id, held.icpc_id,
        bool_or(plan.our_start_date = held.icpc_date) as is_begun_on_day,
        min({
            'is_unnamed': not coalesce(plan.icpc_id = held.icpc_id or plan.cp_plan_id = held.cp_plan_id, false),
            'row': plan.row_number,
            'category': plan.initial_category
        }).category as initial_category
    from facts.conference_held as held
    inner join facts.plan
        on plan.la_code = held.la_code
        and plan.extract_date = held.extract_date
        and plan.person_id = held.person_id
        and (
            plan.our_start_date = held.icpc_date or plan.icpc_id = held.icpc_id or plan.cp_plan_id = held.cp_plan_id
        )
    group by held.la_code, held.extract_date, held.person_id, held.icpc_id
),

numbered as (
    select
        held.*,
        coalesce(held.outcome_cp, plan_of_conference.is_begun_on_day, false) as is_plan,
        plan_of_conference.initial_category,
        referral.referral_source,
        referral.team as referral_team,
        standard.days as standard,
        counted_from(started.working_day_number, started.is_working_day, setting.nonworking_start) as start_number,
        done.working_day_number as end_number,
        setting.missing_start
    from facts.conference_held as held
    cross join reference.setting
    left join plan_of_conference using (la_code, extract_date, person_id, icpc_id)
    left join facts.referral using (la_code, extract_date, referral_id, person_id)
    left join reference.calendar as started on started.date = held.clock_start
        and started.calendar_number = calendar_of(held.la_code)
    left join reference.calendar as done on done.date = held.icpc_date
        and done.calendar_number = calendar_of(held.la_code)
    asof left join reference.standard on
        standard.clock = 'icpc_timeliness' and held.icpc_date >= standard.valid_from
    where held.is_used and not (held.is_transfer_in and setting.icpc_transfer_in = 'exclude')
),

counted as (
    select
        numbered.*,
        case when icpc_date >= clock_start then greatest(end_number - start_number, 0) end as working_days,
        clock_start is null as is_start_missing
    from numbered
)

select
    counted.la_code,
    counted.extract_date,
    date_trunc('month', counted.icpc_date)::date as month,
    counted.person_id,
    counted.icpc_id as record_id,
    counted.clock_start,
    counted.icpc_date as event_date,
    counted.icpc_date as attribute_date,
    working_day.date as due_date,
    counted.working_days,
    counted.standard,
    coalesce(counted.working_days <= counted.standard, false) as is_in_time,
    counted.missing_start = 'fail' or not counted.is_start_missing as is_counted,
    counted.is_start_missing,
    counted.is_transfer_in,
    counted.is_history_missing,
    counted.is_plan,
    case
        when counted.is_history_missing then 'The enquiry that it names is from before the extract is complete'
        else why_not_in_time(counted.clock_start, counted.icpc_date, counted.working_days, counted.standard)
    end as reason,
    case when counted.outcome_cp is null then 'No outcome, and no plan began on the day' else 'No plan' end
        as reason_without_plan,
    counted.initial_category as category_of_abuse,
    counted.referral_source,
    counted.referral_team,
    'icpc' as table_name,
    counted.row_number
from counted
left join reference.working_day on working_day.working_day_number = counted.start_number + counted.standard
    and working_day.calendar_number = calendar_of(counted.la_code)
