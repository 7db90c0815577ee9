-- One row per child and month end in need: with a referral that was made by then, is not closed and led to more than no
-- further action. Children on a plan and looked after are among them.
select
    month.la_code,
    month.extract_date,
    month.month,
    referral.person_id,
    arg_max(referral.referral_id, {'made': referral.referral_date, 'id': referral.referral_id}) as record_id,
    max(referral.referral_date) as clock_start,
    month.snapshot_date as event_date,
    month.snapshot_date as attribute_date,
    arg_max(referral.referral_source, {'made': referral.referral_date, 'id': referral.referral_id}) as referral_source,
    arg_max(referral.team, {'made': referral.referral_date, 'id': referral.referral_id}) as referral_team,
    'referral' as table_name,
    arg_max(referral.row_number, {'made': referral.referral_date, 'id': referral.referral_id}) as row_number
from staged.referral
inner join facts.reporting_month as month on
    month.la_code = referral.la_code
    and month.extract_date = referral.extract_date
    and month.snapshot_date >= referral.referral_date
    and (referral.closure_date is null or referral.closure_date > month.snapshot_date)
where is_real(referral.status) and referral.referral_nfa is distinct from true
group by month.la_code, month.extract_date, month.month, month.snapshot_date, referral.person_id
