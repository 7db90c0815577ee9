-- One row per child and month end on a child in need plan who is neither on a child protection plan nor looked after.
-- Of several plans the latest is the child's.
with
cin_plan as (
    select
        *,
        row_number() over (partition by la_code, extract_date order by start_date, cin_plan_id, row_number) as position
    from staged.cin_plan
    where is_real(status)
),

latest as (
    select
        month.la_code, month.extract_date, month.month, cin_plan.person_id, max(cin_plan.position) as position,
        any_value(month.snapshot_date) as snapshot_date
    from cin_plan
    inner join facts.reporting_month as month on
        month.la_code = cin_plan.la_code
        and month.extract_date = cin_plan.extract_date
        and month.snapshot_date >= cin_plan.start_date
        and (cin_plan.end_date is null or cin_plan.end_date > month.snapshot_date)
    anti join facts.child_on_plan on
        child_on_plan.la_code = cin_plan.la_code
        and child_on_plan.extract_date = cin_plan.extract_date
        and child_on_plan.month = month.month
        and child_on_plan.person_id = cin_plan.person_id
    anti join facts.looked_after_at_month_end as looked_after on
        looked_after.la_code = cin_plan.la_code
        and looked_after.extract_date = cin_plan.extract_date
        and looked_after.month = month.month
        and looked_after.person_id = cin_plan.person_id
    group by month.la_code, month.extract_date, month.month, cin_plan.person_id
)

select
    latest.la_code,
    latest.extract_date,
    latest.month,
    latest.person_id,
    cin_plan.cin_plan_id as record_id,
    cin_plan.start_date as clock_start,
    latest.snapshot_date as event_date,
    latest.snapshot_date as attribute_date,
    cin_plan.team,
    cin_plan.worker,
    referral.referral_source,
    referral.team as referral_team,
    'cin_plan' as table_name,
    cin_plan.row_number
from latest
inner join cin_plan using (la_code, extract_date, position)
left join facts.referral
    on referral.la_code = cin_plan.la_code
    and referral.extract_date = cin_plan.extract_date
    and referral.person_id = cin_plan.person_id
    and referral.referral_id = cin_plan.referral_id
