-- One row per assessment that is the earliest kept of its referral, though earlier ones may have been cut off; and per
-- one whose referral may have been cut off, which is timed from its own start.
select
    assessment.la_code, assessment.extract_date, assessment.table_name, assessment.row_number,
    assessment.record_id, assessment.person_id, 'referral_id' as column_name,
    assessment.referral_id as raw_value, 'missing_history' as rule, assessment.place
from facts.single_assessment as assessment
where assessment.is_history_missing
