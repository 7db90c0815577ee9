-- One row per single assessment, completed or open, with both of its clocks: from the referral and from its own start.
with
assessment as (
    select
        assessment.*,
        case setting.sa_completion
            when 'completed_date' then assessment.completed_date
            else assessment.authorised_date
        end as completion_date
    from staged.assessment
    semi join raw.run_extract using (la_code, extract_date)
    cross join reference.setting
    where
        (assessment.status is null or assessment.status not in (select status from reference.status where is_void))
        and (
            len(setting.assessment_types) = 0
            or lower(assessment.assessment_type) in (
                select lower(unnest(assessment_types)) from reference.setting
            )
        )
),

-- A referral that was called off starts no clock, but what hangs on it is closed with it.
referral as (
    select
        la_code, extract_date, referral_id, person_id, closure_date,
        case when status is null or status not in (select status from reference.status where is_void) then referral_date end
            as referral_date
    from staged.referral semi join raw.run_extract using (la_code, extract_date)
),

linked as (
    select
        assessment.*,
        referral.referral_date,
        referral.closure_date,
        row_number() over (
            partition by assessment.la_code, assessment.extract_date, assessment.referral_id, assessment.person_id
            order by assessment.start_date nulls last, assessment.assessment_id
        ) = 1 as is_first_of_referral
    from assessment
    left join referral using (la_code, extract_date, referral_id, person_id)
)

select
    linked.la_code,
    linked.extract_date,
    'assessment' as event,
    linked.person_id,
    linked.assessment_id as record_id,
    case
        when setting.sa_clock_start = 'assessment_start' then linked.start_date
        when setting.sa_clock_start = 'referral_always' then coalesce(linked.referral_date, linked.start_date)
        when linked.is_first_of_referral and linked.referral_date is not null then linked.referral_date
        -- A later assessment cannot have begun before the referral it belongs to.
        when linked.start_date < linked.referral_date then linked.referral_date
        else linked.start_date
    end as clock_start,
    case
        when setting.sa_clock_start = 'assessment_start' then linked.referral_date
        else linked.start_date
    end as other_clock_start,
    case when linked.status in (select status from reference.status) then null else linked.completion_date end
        as event_date,
    case when linked.status in (select status from reference.status) then null else linked.completion_date end
        as month_date,
    45 as standard,
    (linked.completion_date is null or linked.status in (select status from reference.status))
    and linked.closure_date is null as is_open,
    false as counts_when_overdue,
    null::boolean as is_in_time_by_hours,
    linked.team,
    linked.worker,
    'assessment' as table_name,
    linked.row_number
from linked cross join reference.setting
