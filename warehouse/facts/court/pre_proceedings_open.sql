-- One row per child and month end in pre-proceedings: begun by then, and no decision to end them by then. Of several
-- stretches the latest is the child's.
with
pre_proceedings as (
    select
        *,
        row_number() over (partition by la_code, extract_date order by start_date, pre_proceedings_id) as position
    from staged.pre_proceedings
),

latest as (
    select
        month.la_code, month.extract_date, month.month, pre_proceedings.person_id,
        max(pre_proceedings.position) as position, any_value(month.snapshot_date) as snapshot_date
    from pre_proceedings
    inner join facts.reporting_month as month on
        month.la_code = pre_proceedings.la_code
        and month.extract_date = pre_proceedings.extract_date
        and month.snapshot_date >= pre_proceedings.start_date
        and (pre_proceedings.decision_date is null or pre_proceedings.decision_date > month.snapshot_date)
    group by month.la_code, month.extract_date, month.month, pre_proceedings.person_id
)

select
    latest.la_code,
    latest.extract_date,
    latest.month,
    latest.person_id,
    pre_proceedings.pre_proceedings_id as record_id,
    pre_proceedings.start_date as clock_start,
    latest.snapshot_date as event_date,
    latest.snapshot_date as attribute_date,
    referral.referral_source,
    referral.team as referral_team,
    'pre_proceedings' as table_name,
    pre_proceedings.row_number
from latest
inner join pre_proceedings using (la_code, extract_date, position)
left join facts.referral
    on referral.la_code = pre_proceedings.la_code
    and referral.extract_date = pre_proceedings.extract_date
    and referral.person_id = pre_proceedings.person_id
    and referral.referral_id = pre_proceedings.referral_id
