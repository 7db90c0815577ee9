-- One row per child and stretch of pre-proceedings; court was applied for where it was decided to issue.
select
    prep_table_id as pre_proceedings_id,
    prep_person_id as person_id,
    prep_pre_pro_decision_date as start_date,
    prep_pre_pro_letter_date as letter_date,
    prep_initial_pre_pro_meeting_date as first_meeting_date,
    prep_pre_pro_meetings_num as review_meetings,
    prep_agree_stepdown_issue_date as decision_date,
    prep_pre_pro_outcome as outcome,
    case
        when
            regexp_matches(prep_pre_pro_outcome, '\bissued?\b|proceedings', 'i')
            and not regexp_matches(prep_pre_pro_outcome, '\b(no|not|step|stepped)\b', 'i')
            then prep_agree_stepdown_issue_date
    end as court_application_date
from ssd_pre_proceedings
