-- One row per stretch of pre-proceedings.
select
    pre_proceedings_id as prep_table_id, person_id as prep_person_id, start_date as prep_pre_pro_decision_date,
    first_meeting_date as prep_initial_pre_pro_meeting_date, outcome as prep_pre_pro_outcome,
    decision_date as prep_agree_stepdown_issue_date, letter_date as prep_pre_pro_letter_date,
    review_meetings as prep_pre_pro_meetings_num
from pre_proceedings
