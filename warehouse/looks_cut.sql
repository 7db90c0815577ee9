-- One row per extract whose coverage of referrals is not declared and that looks as a cut leaves it: from one day on,
-- `complete_from`, many more referrals close a day than in the year before, fewer were made before than are after, and
-- of those made more than 90 days before it fewer closed within 90 days. A cut keeps what was open on its day, and,
-- where it keeps whole spells, a few that something else holds; a whole history has neither that step nor that share.
with
referral as (
    select referral.la_code, referral.extract_date, referral.referral_date, referral.closure_date
    from staged.referral
    semi join (
        from staged.coverage where table_name = 'referral' and complete_from is null and not is_latest_only
    ) as undeclared using (la_code, extract_date)
    where referral.referral_date between referral.extract_date - 10000 and referral.extract_date
),

event as (
    select
        la_code, extract_date, referral_date as day, 1 as made, 0 as closed,
        coalesce(closure_date <= referral_date + 90, false)::int as closed_soon
    from referral
    union all
    select la_code, extract_date, closure_date, 0, 1, 0
    from referral
    where closure_date is not null
),

day as (
    select la_code, extract_date, unnest(generate_series(min(referral_date), extract_date, interval 1 day))::date as day
    from referral
    group by la_code, extract_date
),

counted as (
    select
        day.la_code, day.extract_date, day.day,
        coalesce(sum(event.made), 0) as made,
        coalesce(sum(event.closed), 0) as closed,
        coalesce(sum(event.closed_soon), 0) as closed_soon,
        day.day <= day.extract_date - 90 as is_told
    from day
    left join event using (la_code, extract_date, day)
    group by day.la_code, day.extract_date, day.day
),

beside as (
    select
        la_code, extract_date, day,
        count(*) over year_before as days_before,
        count(*) over year_from as days_from,
        sum(closed) over year_before as closed_before,
        sum(closed) over year_from as closed_from,
        avg(made) over open_before as made_a_day_before,
        avg(made) over year_from as made_a_day_from,
        sum(made) over long_before as long_before,
        sum(closed_soon) over long_before as long_before_closed_soon,
        sum(if(is_told, made, 0)) over later as later,
        sum(if(is_told, closed_soon, 0)) over later as later_closed_soon
    from counted
    window
        year_before as (partition by la_code, extract_date order by day rows between 365 preceding and 1 preceding),
        year_from as (partition by la_code, extract_date order by day rows between current row and 364 following),
        open_before as (partition by la_code, extract_date order by day rows between 455 preceding and 91 preceding),
        long_before as (
            partition by la_code, extract_date order by day rows between unbounded preceding and 91 preceding
        ),
        later as (partition by la_code, extract_date order by day rows between current row and unbounded following)
),

-- The day on which closures change most: of two Poisson rates, one before and one from it, the likelihood is highest.
step as (
    select
        la_code, extract_date,
        day as complete_from,
        closed_before / days_before as closed_a_day_before,
        closed_from / days_from as closed_a_day_from,
        made_a_day_before, made_a_day_from, long_before,
        long_before_closed_soon / long_before as share_before,
        later_closed_soon / later as share_later
    from beside
    where long_before >= 30 and later >= 30 and closed_from / days_from > closed_before / days_before
    qualify
        row_number() over (
            partition by la_code, extract_date
            order by
                coalesce(closed_before * ln(nullif(closed_before, 0) / days_before), 0)
                + closed_from * ln(closed_from / days_from)
                - (closed_before + closed_from) * ln((closed_before + closed_from) / (days_before + days_from)) desc,
                day
        ) = 1
)

select la_code, extract_date, complete_from, closed_a_day_before, closed_a_day_from, long_before, share_before, share_later
from step
-- The difference of the shares is five standard errors, which chance gives not once in a million.
where closed_a_day_before * 5 <= closed_a_day_from
    and made_a_day_before * 4 <= made_a_day_from * 3
    and (share_later - share_before) * sqrt(long_before) >= 5 * sqrt(greatest(share_later * (1 - share_later), 0.01))
