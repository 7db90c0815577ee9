-- One row per referral and way in which it contradicts law or sense. It is counted as the definitions say.
with
child_referral as (
    select
        referral.*,
        coalesce(child.birth_date, child.expected_birth_date) as birth_date,
        child.death_date,
        max(coalesce(referral.closure_date, date '9999-12-31')) over (
            partition by referral.la_code, referral.extract_date, referral.person_id
            order by referral.referral_date, referral.referral_id
            rows between unbounded preceding and 1 preceding
        ) as previous_closure_date
    from staged.referral
    left join facts.child using (la_code, extract_date, person_id)
    where is_real(referral.status)
),

broken as (
    select
        *,
        unnest([
            {'rule': 'referral_on_open_case', 'column_name': 'referral_date', 'raw_value': referral_date::varchar,
             'is_broken': previous_closure_date > referral_date},
            {'rule': 'received_after_recorded', 'column_name': 'recorded_at', 'raw_value': recorded_at::varchar,
             'is_broken': received_at > recorded_at + interval 7 day},
            {'rule': 'begins_before_birth', 'column_name': 'referral_date', 'raw_value': referral_date::varchar,
             'is_broken': referral_date < birth_date - 280},
            {'rule': 'after_death', 'column_name': 'referral_date', 'raw_value': referral_date::varchar,
             'is_broken': referral_date > death_date}
        ], recursive := true)
    from child_referral
)

select
    la_code, extract_date, 'referral' as table_name, row_number, referral_id as record_id, person_id, column_name,
    raw_value, rule, place
from broken
where is_broken
