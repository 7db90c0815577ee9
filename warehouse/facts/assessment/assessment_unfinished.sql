-- One row per month end and single assessment begun by it that was not authorised by then.
with
month_end as (
    select
        reporting_month.la_code, reporting_month.extract_date, reporting_month.month, reporting_month.snapshot_date,
        calendar.working_day_number, standard.days as standard, setting.nonworking_start
    from facts.reporting_month
    cross join reference.setting
    left join reference.calendar on calendar.date = reporting_month.snapshot_date
        and calendar.calendar_number = calendar_of(reporting_month.la_code)
    asof left join reference.standard on
        standard.clock = 'assessment_timeliness' and reporting_month.snapshot_date >= standard.valid_from
),

unfinished as (
    select
        assessment.la_code, assessment.extract_date, month_end.month, assessment.person_id, assessment.record_id,
        assessment.clock_start, month_end.snapshot_date as event_date,
        greatest(
            month_end.working_day_number
            - counted_from(started.working_day_number, started.is_working_day, month_end.nonworking_start),
            0
        ) as working_days,
        month_end.standard,
        assessment.referral_source, assessment.team, assessment.referral_team, assessment.table_name,
        assessment.row_number
    from facts.single_assessment as assessment
    inner join month_end on
        month_end.la_code = assessment.la_code
        and month_end.extract_date = assessment.extract_date
        and month_end.snapshot_date >= assessment.begun_date
        and (assessment.event_date is null or assessment.event_date > month_end.snapshot_date)
        and (assessment.closure_date is null or assessment.closure_date > month_end.snapshot_date)
    left join reference.calendar as started on started.date = assessment.clock_start
        and started.calendar_number = calendar_of(assessment.la_code)
)

select
    *,
    event_date as attribute_date,
    coalesce(working_days > standard, false) as is_overdue
from unfinished
