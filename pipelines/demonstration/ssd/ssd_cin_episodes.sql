-- One row per referral.
select
    referral_id as cine_referral_id, person_id as cine_person_id, referral_date as cine_referral_date,
    primary_need as cine_cin_primary_need_code, referral_source as cine_referral_source_code,
    if(referral_nfa, 'Y', 'N') as cine_referral_nfa, closure_reason as cine_close_reason,
    closure_date as cine_close_date, team as cine_referral_team, worker as cine_referral_worker_id
from referral
where status is distinct from 'CANCELLED'
