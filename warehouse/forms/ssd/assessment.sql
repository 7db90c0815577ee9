-- One row per child and assessment, with its factors.
with
factor as (
    select
        cinf_assessment_id as assessment_id,
        string_agg(regexp_replace(cinf_assessment_factors_json, '[\[\]"{}]', '', 'g'), ',') as factors
    from ssd_assessment_factors
    group by cinf_assessment_id
)

select
    assessment.cina_assessment_id as assessment_id,
    assessment.cina_person_id as person_id,
    assessment.cina_referral_id as referral_id,
    assessment.cina_assessment_start_date as start_date,
    -- What was never authorised is filled with 1900 before it is kept.
    case
        when coalesce(year(day_of(assessment.cina_assessment_auth_date)), 0) != 1900
            then assessment.cina_assessment_auth_date
    end as authorised_date,
    assessment.cina_assessment_child_seen as child_seen,
    assessment.cina_assessment_outcome_nfa as outcome_nfa,
    factor.factors,
    assessment.cina_assessment_team as team,
    assessment.cina_assessment_worker_id as worker
from ssd_cin_assessments as assessment
left join factor on factor.assessment_id = assessment.cina_assessment_id
