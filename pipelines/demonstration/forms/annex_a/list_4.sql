-- One row per child and assessment that was open at some time in the six months before the inspection.
select
    assessment.person_id as "Child Unique ID",
    child.gender as "Gender",
    child.ethnicity as "Ethnicity",
    child.birth as "Date of Birth",
    child.age as "Age of Child (Years)",
    child.disability as "Does the Child have a Disability",
    assessment.start_date as "Continuous Assessment Start Date",
    coalesce(yes_no(assessment.child_seen), 'b) No') as "Child Seen During Continuous Assessment",
    assessment.authorised_date as "Continuous Assessment Date of Authorisation",
    yes_no(not assessment.outcome_nfa) as "Was the child assessed as requiring LA children's social care support?",
    assessment.team as "Allocated Team",
    assessment.worker as "Allocated Worker"
from assessment
join child using (person_id)
where assessment.status in ('COMPLETED', 'STARTED')
    and (assessment.authorised_date is null or is_in_window(assessment.authorised_date))
order by assessment.start_date, assessment.assessment_id, assessment.person_id
