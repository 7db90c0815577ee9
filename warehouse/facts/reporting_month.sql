-- One row per extract and month to report: from the start of its history to the month in progress.
-- The history begins where the coverage of its tables is declared; where that of referrals is not, with the month of the
-- earliest one; or where the setting says. An extract of which nothing of that is known tells nothing of the past that
-- could be trusted: its history is the last ended month.
with
earliest_referral as (
    select la_code, extract_date, date_trunc('month', min(referral_date)) as first_month
    from staged.referral
    where (la_code, extract_date) not in (
        select (la_code, extract_date) from staged.coverage where table_name = 'referral' and complete_from is not null
    )
    group by la_code, extract_date
),

declared as (
    select la_code, extract_date, date_trunc('month', min(complete_from)) as first_month
    from staged.coverage
    where complete_from is not null
    group by la_code, extract_date
),

extract as (
    select
        extract.la_code,
        extract.extract_date,
        date_trunc('month', extract.extract_date + 1)::date - interval 1 month as last_ended_month,
        coalesce(
            date_trunc('month', setting.history_from),
            least(declared.first_month, earliest_referral.first_month),
            date_trunc('month', extract.extract_date + 1) - interval 1 month
        ) as first_month
    from staged.extract
    cross join reference.setting
    left join declared using (la_code, extract_date)
    left join earliest_referral using (la_code, extract_date)
),

month as (
    select
        la_code, extract_date, last_ended_month,
        unnest(
            generate_series(
                least(first_month, last_ended_month)::timestamp, extract_date::timestamp, interval 1 month
            )
        )::date as month
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
