-- One row per conference; of one that was not held there is no day.
select
    icpc_id as icpc_icpc_id, meeting_id as icpc_icpc_meeting_id, s47_id as icpc_s47_enquiry_id,
    person_id as icpc_person_id, cp_plan_id as icpc_cp_plan_id, referral_id as icpc_referral_id,
    if(transfer_in, 'Y', 'N') as icpc_icpc_transfer_in, icpc_date as icpc_icpc_date,
    case when outcome_cp is not null then if(outcome_cp, 'Y', 'N') end as icpc_icpc_outcome_cp_flag
from icpc
where status = 'HELD'
