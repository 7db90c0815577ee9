-- One row per extract whose coverage of referrals is not declared and whose early months look as a cut leaves them: of
-- the referrals made long before the first closures none had closed, though of later ones many do within 90 days.
-- `first_closure`: the day from which closures are there, a few mistyped ones left aside.
with
referral as (
    select referral.la_code, referral.extract_date, referral.referral_date, referral.closure_date
    from staged.referral
    semi join (
        from staged.coverage where table_name = 'referral' and complete_from is null and not is_latest_only
    ) as undeclared using (la_code, extract_date)
),

closure as (
    select
        la_code, extract_date, closure_date,
        row_number() over (partition by la_code, extract_date order by closure_date) as place,
        count(*) over (partition by la_code, extract_date) as closures
    from referral
    where closure_date is not null
),

first as (
    select la_code, extract_date, closure_date as first_closure
    from closure
    where place = 1 + closures // 200
),

counted as (
    select
        referral.la_code, referral.extract_date, any_value(first.first_closure) as first_closure,
        count(*) filter (referral.referral_date < first.first_closure - 90) as long_before,
        count(*) filter (
            referral.referral_date < first.first_closure - 90 and referral.closure_date < first.first_closure
        ) as closed_before,
        avg((coalesce(referral.closure_date <= referral.referral_date + 90, false))::int) filter (
            referral.referral_date >= first.first_closure and referral.referral_date <= referral.extract_date - 90
        ) as share_closing
    from referral
    inner join first using (la_code, extract_date)
    group by referral.la_code, referral.extract_date
)

select la_code, extract_date, first_closure, long_before, share_closing
from counted
-- By chance not once in a million: (1 - share) to the power of so many referrals.
where long_before - closed_before >= 30
    and closed_before * 20 <= long_before
    and long_before * ln(1 - least(share_closing, 0.99)) < -14
