-- One row per placement of our looked-after children, short breaks included: the feed does not tell them apart.
with
episode as (
    select
        *,
        sum((rne in ('S', 'P', 'T', 'B', 'U'))::int) over (partition by person_id, period_id order by decom) as place
    from cla_episode
    where (responsible_la is null or responsible_la = getvariable('la_code'))
        and legal_status is distinct from 'SGO'  -- it makes nobody looked after
),
whole as (
    select
        person_id,
        period_id || '-' || place as placement_id,
        min(decom) as start_date,
        arg_min(rne, decom) as start_reason,
        arg_min(placement_type, decom) as placement_type,
        arg_min(placement_postcode, decom) as postcode,
        arg_max_null(dec, decom) as end_date,
        arg_max_null(rec, decom) as end_reason,
        arg_max_null(reason_place_change, decom) as change_reason,
        any_value(period_start_date) as period_start_date
    from episode
    group by person_id, period_id, place
)
select
    whole.*,
    -- The case that was open when the period of care began.
    (
        select max_by(referral.referral_id, referral.referral_date)
        from referral
        where referral.person_id = whole.person_id
            and referral.status <> 'CANCELLED'
            and referral.referral_date <= whole.period_start_date
            and (referral.closure_date is null or referral.closure_date >= whole.period_start_date)
            and (referral.closure_date is null or referral.closure_date >= getvariable('window_start'))
    ) as referral_id
from whole
where end_date is null or end_date >= getvariable('window_start')
