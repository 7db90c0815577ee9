-- One row per child and referral made, and whether the child was referred, or another referral closed, in the twelve
-- months before.
with
-- The order of a child's referrals is made over all that are real, those set aside for another cell included.
every_referral as (
    select referral.*, true as is_used
    from staged.referral
    where is_real(status)
    union all by name
    select referral_aside.*, false as is_used
    from staged.referral_aside
    anti join staged.referral using (la_code, extract_date, referral_id, person_id)
    where person_id is not null
    qualify is_last_row_of(referral_id, referral_date) and is_real(status)
),

closed as (
    select distinct la_code, extract_date, person_id, closure_date
    from every_referral
    where closure_date is not null
),

preceded as (
    select
        every_referral.*,
        max(every_referral.referral_date) over (
            partition by every_referral.la_code, every_referral.extract_date, every_referral.person_id
            order by every_referral.referral_date
            range between unbounded preceding and interval 1 day preceding
        ) as previous_referral_date,
        closed.closure_date as previous_closure_date
    from every_referral
    asof left join closed on
        closed.la_code = every_referral.la_code
        and closed.extract_date = every_referral.extract_date
        and closed.person_id = every_referral.person_id
        and every_referral.referral_date > closed.closure_date
),

judged as (
    select
        preceded.*,
        coalesce(
            case setting.reref_basis
                when 'closure_to_referral' then preceded.previous_closure_date
                else preceded.previous_referral_date
            end > preceded.referral_date - interval 12 month,
            false
        ) as is_re_referral,
        setting.reref_count
    from preceded cross join reference.setting
    where preceded.is_used
)

select
    la_code,
    extract_date,
    date_trunc('month', referral_date)::date as month,
    person_id,
    referral_id as record_id,
    previous_referral_date,
    referral_date as event_date,
    referral_date as attribute_date,
    coalesce(referral_nfa, false) as is_no_further_action,
    is_re_referral,
    -- Counted by children, a child counts once a month, by a referral that is a re-referral where there is one.
    reref_count = 'referrals'
    or row_number() over (
        partition by la_code, extract_date, person_id, date_trunc('month', referral_date)
        order by is_re_referral desc, referral_date desc, referral_id desc
    ) = 1 as is_counted,
    case
        when previous_referral_date is null then 'No earlier referral'
        else 'The referral before is more than twelve months old'
    end as reason,
    referral_source,
    team,
    'referral' as table_name,
    row_number
from judged
