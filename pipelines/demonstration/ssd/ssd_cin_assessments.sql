-- One row per assessment.
select
    assessment_id as cina_assessment_id, person_id as cina_person_id, referral_id as cina_referral_id,
    start_date as cina_assessment_start_date, case when child_seen is not null then if(child_seen, 'Y', 'N') end
        as cina_assessment_child_seen,
    authorised_date as cina_assessment_auth_date,
    case when outcome_nfa is not null then if(outcome_nfa, 'Y', 'N') end as cina_assessment_outcome_nfa,
    team as cina_assessment_team, worker as cina_assessment_worker_id
from assessment
where status in ('COMPLETED', 'STARTED')
