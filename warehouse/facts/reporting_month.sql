-- One row per extract and month to report: from the start of its history to the month in progress.
-- The history begins with the month of the earliest referral, or where the setting says. An extract without referrals
-- tells nothing of the past that could be trusted: its history is the last ended month.
with
extract as (
    select
        run_extract.la_code,
        run_extract.extract_date,
        date_trunc('month', run_extract.extract_date + 1)::date - interval 1 month as last_ended_month,
        coalesce(
            date_trunc('month', setting.history_from),
            (
                select date_trunc('month', min(referral.referral_date))
                from staged.referral
                where referral.la_code = run_extract.la_code and referral.extract_date = run_extract.extract_date
            ),
            date_trunc('month', run_extract.extract_date + 1) - interval 1 month
        ) as first_month
    from raw.run_extract cross join reference.setting
),

month as (
    select
        la_code, extract_date, last_ended_month,
        unnest(generate_series(first_month::timestamp, extract_date::timestamp, interval 1 month))::date as month
    from extract
)

select
    month.la_code,
    month.extract_date,
    month.month,
    least(last_day(month.month), month.extract_date) as snapshot_date,
    case
        when month.month > month.last_ended_month then 'to_date'
        when date_diff('month', month.month, month.last_ended_month) < setting.final_after_months then 'provisional'
        else 'final'
    end as status
from month cross join reference.setting
