-- One row per single assessment that is not authorised on the extract date and whose referral is not closed.
with
waiting as (
    select
        assessment.*,
        case
            when assessment.clock_start is not null
            then
                greatest(
                    seen.working_day_number
                    - counted_from(started.working_day_number, started.is_working_day, setting.nonworking_start),
                    0
                )
        end as working_days_elapsed
    from facts.single_assessment as assessment
    cross join reference.setting
    left join reference.calendar as started on started.date = assessment.clock_start
        and started.calendar_number = calendar_of(assessment.la_code)
    left join reference.calendar as seen on seen.date = assessment.extract_date
        and seen.calendar_number = calendar_of(assessment.la_code)
    where
        assessment.event_date is null
        and coalesce(assessment.closure_date > assessment.extract_date, true)
)

select
    waiting.la_code,
    waiting.extract_date,
    'assessment_timeliness' as measure_code,
    waiting.person_id,
    waiting.record_id,
    waiting.clock_start,
    waiting.due_date,
    waiting.working_days_elapsed,
    waiting.standard - waiting.working_days_elapsed as working_days_left,
    coalesce(waiting.working_days_elapsed > waiting.standard, false) as is_overdue,
    coalesce(waiting.team, waiting.referral_team, case_holder.team) as team,
    coalesce(waiting.worker, waiting.referral_worker, case_holder.worker) as worker,
    waiting.table_name,
    waiting.row_number
from waiting
left join facts.case_holder using (la_code, extract_date, person_id)
