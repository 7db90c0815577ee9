-- One row per assessment with factors.
select
    'F' || assessment_id as cinf_table_id, assessment_id as cinf_assessment_id,
    '["' || replace(factors, ',', '","') || '"]' as cinf_assessment_factors_json
from assessment
where factors is not null and status in ('COMPLETED', 'STARTED')
