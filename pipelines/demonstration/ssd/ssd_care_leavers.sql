-- One row per care leaver, as things are.
select
    'CL' || person_id as clea_table_id, person_id as clea_person_id, eligibility as clea_care_leaver_eligibility,
    in_touch as clea_care_leaver_in_touch, latest_contact_date as clea_care_leaver_latest_contact,
    accommodation as clea_care_leaver_accommodation,
    case when suitable is not null then if(suitable, 'Y', 'N') end as clea_care_leaver_accom_suitable,
    activity as clea_care_leaver_activity, pathway_review_date as clea_pathway_plan_review_date,
    personal_adviser as clea_care_leaver_personal_advisor, team as clea_care_leaver_allocated_team
from care_leaver
