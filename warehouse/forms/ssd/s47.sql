-- One row per child and enquiry: no further action means no conference, and a flag says whether one follows.
select
    s47e_s47_enquiry_id as s47_id,
    s47e_person_id as person_id,
    s47e_referral_id as referral_id,
    s47e_s47_start_date as start_date,
    s47e_s47_end_date as end_date,
    case
        when has_flag(s47e_s47_outcome_json, 'CP_CONFERENCE') then 'Convene conference'
        -- Of an enquiry that goes on, a flag that is not set has decided nothing.
        when said_of(s47e_s47_end_date) is not null and names_flag(s47e_s47_outcome_json, 'CP_CONFERENCE')
            then 'No conference'
    end as outcome,
    case when is_yes(s47e_s47_nfa) then 'Y' end as icpc_not_required,
    -- Asked of those only that have ended and went on.
    case
        when said_of(s47e_s47_end_date) is not null and not coalesce(is_yes(s47e_s47_nfa), false)
            then not coalesce(names_flag(s47e_s47_outcome_json, 'CP_CONFERENCE'), false)
    end as _unread_outcome
from ssd_s47_enquiry
