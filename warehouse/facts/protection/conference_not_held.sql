-- One row per month end and enquiry, or transfer-in, begun by it whose conference had not been held by then.
with
month_end as (
    select
        reporting_month.la_code, reporting_month.extract_date, reporting_month.month, reporting_month.snapshot_date,
        calendar.working_day_number, standard.days as standard
    from facts.reporting_month
    left join reference.calendar on calendar.date = reporting_month.snapshot_date
        and calendar.calendar_number = calendar_of(reporting_month.la_code)
    asof left join reference.standard on
        standard.clock = 'icpc_timeliness' and reporting_month.snapshot_date >= standard.valid_from
)

select
    awaited.la_code,
    awaited.extract_date,
    month_end.month,
    awaited.person_id,
    awaited.record_id,
    awaited.clock_start,
    month_end.snapshot_date as event_date,
    month_end.snapshot_date as attribute_date,
    greatest(month_end.working_day_number - awaited.start_number, 0) as working_days,
    coalesce(month_end.working_day_number - awaited.start_number > month_end.standard, false) as is_overdue,
    awaited.referral_source,
    awaited.referral_team,
    awaited.table_name,
    awaited.row_number
from facts.conference_awaited as awaited
inner join month_end on
    month_end.la_code = awaited.la_code
    and month_end.extract_date = awaited.extract_date
    and month_end.snapshot_date >= awaited.clock_start
    and (awaited.answered_date is null or awaited.answered_date > month_end.snapshot_date)
    and (awaited.closure_date is null or awaited.closure_date > month_end.snapshot_date)
