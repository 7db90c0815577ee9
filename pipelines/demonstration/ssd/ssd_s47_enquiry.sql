-- One row per enquiry, with a flag of whether a conference follows, once that is decided.
select
    s47_id as s47e_s47_enquiry_id, referral_id as s47e_referral_id, person_id as s47e_person_id,
    start_date as s47e_s47_start_date, end_date as s47e_s47_end_date,
    if(outcome = 'No further action', 'Y', 'N') as s47e_s47_nfa,
    case
        when icpc_not_required is not null
            then '{"OUTCOME_CP_CONFERENCE_FLAG": "' || if(icpc_not_required, 'N', 'Y') || '"}'
    end as s47e_s47_outcome_json
from s47
where status is distinct from 'CANCELLED' and status is distinct from 'DRAFT'
