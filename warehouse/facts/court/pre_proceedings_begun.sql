-- One row per child and stretch of pre-proceedings, in the month in which it began.
select
    begun.la_code,
    begun.extract_date,
    date_trunc('month', begun.start_date)::date as month,
    begun.person_id,
    begun.pre_proceedings_id as record_id,
    begun.start_date as event_date,
    begun.start_date as attribute_date,
    coalesce(begun.fgdm_offered, false) as is_offered,
    coalesce(begun.fgdm_held, false) as is_held,
    case when begun.fgdm_offered is null then 'Not recorded whether offered' else 'Not offered' end as reason,
    case when begun.fgdm_held is null then 'Not recorded whether held' else 'Not held' end as reason_not_held,
    referral.referral_source,
    referral.team as referral_team,
    'pre_proceedings' as table_name,
    begun.row_number
from staged.pre_proceedings as begun
left join facts.referral using (la_code, extract_date, referral_id, person_id)
