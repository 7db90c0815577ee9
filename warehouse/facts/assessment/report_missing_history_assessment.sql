-- One row per assessment that counts as a later one, because earlier ones of its referral may have been cut off.
select
    assessment.la_code, assessment.extract_date, assessment.table_name, assessment.row_number,
    assessment.record_id, assessment.person_id, 'referral_id' as column_name,
    assessment.referral_id as raw_value, 'missing_history' as rule, assessment.place
from facts.single_assessment as assessment
where assessment.is_history_missing
