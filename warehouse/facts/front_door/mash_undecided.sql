-- One row per month end and referral (or contact) begun by it that MASH had not decided by then.
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
        standard.clock = 'mash_timeliness' and reporting_month.snapshot_date >= standard.valid_from
),

waiting as (
    select
        item.la_code, item.extract_date, month_end.month, item.person_id, item.record_id,
        item.begun_date as clock_start, month_end.snapshot_date as event_date,
        greatest(
            month_end.working_day_number
            - counted_from(begun.working_day_number, begun.is_working_day, month_end.nonworking_start),
            0
        ) as working_days,
        month_end.standard,
        item.referral_source, item.team, item.table_name, item.row_number
    from facts.mash_item as item
    inner join month_end on
        month_end.la_code = item.la_code
        and month_end.extract_date = item.extract_date
        and month_end.snapshot_date >= item.begun_date
        and (item.event_date is null or item.event_date > month_end.snapshot_date)
        and (item.closure_date is null or item.closure_date > month_end.snapshot_date)
    left join reference.calendar as begun on begun.date = item.begun_date
        and begun.calendar_number = calendar_of(item.la_code)
)

select
    *,
    event_date as attribute_date,
    coalesce(working_days > standard, false) as is_overdue
from waiting
