-- One row per child and month end in need: with a referral that was made by then, is not closed and led to more than no
-- further action. Children on a plan and looked after are among them. Of several referrals the latest is the child's.
with
referral as (
    select
        *,
        row_number() over (partition by la_code, extract_date order by referral_date, referral_id) as position
    from staged.referral
    where is_real(status) and referral_nfa is distinct from true
),

latest as (
    select
        month.la_code, month.extract_date, month.month, referral.person_id, max(referral.position) as position,
        any_value(month.snapshot_date) as snapshot_date
    from referral
    inner join facts.reporting_month as month on
        month.la_code = referral.la_code
        and month.extract_date = referral.extract_date
        and month.snapshot_date >= referral.referral_date
        and (referral.closure_date is null or referral.closure_date > month.snapshot_date)
    group by month.la_code, month.extract_date, month.month, referral.person_id
)

select
    latest.la_code,
    latest.extract_date,
    latest.month,
    latest.person_id,
    referral.referral_id as record_id,
    referral.referral_date as clock_start,
    latest.snapshot_date as event_date,
    latest.snapshot_date as attribute_date,
    referral.referral_source,
    referral.team,
    'referral' as table_name,
    referral.row_number
from latest
inner join referral using (la_code, extract_date, position)
