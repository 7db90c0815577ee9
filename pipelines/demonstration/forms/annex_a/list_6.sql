-- One row per child and case of a child in need, open at some time in the six months before the inspection.
with
visit as (
    select person_id, visit_date from cp_visit where seen
    union all select person_id, visit_date from cin_visit where seen
    union all select person_id, visit_date from cla_visit where seen
)
select
    referral.person_id as "Child Unique ID",
    child.gender as "Gender",
    child.ethnicity as "Ethnicity",
    child.birth as "Date of Birth",
    child.age as "Age of Child (Years)",
    child.disability as "Does the Child have a Disability",
    referral.referral_date as "CIN Start Date",
    primary_need(referral.primary_need) as "Primary Need Code",
    (
        select max(visit_date)
        from visit
        where visit.person_id = referral.person_id and visit.visit_date >= referral.referral_date
    ) as "Date Child Was Last Seen",
    referral.closure_date as "CIN Closure Date",
    referral.closure_reason as "Reason for Closure",
    case
        when referral.closure_date is not null then 'e) Closed episode'
        when exists (
            select 1 from cla_episode where cla_episode.person_id = referral.person_id and cla_episode.dec is null
        ) then 'a) Looked after child'
        when exists (
            select 1 from cp_plan where cp_plan.person_id = referral.person_id and cp_plan.end_date is null
        ) then 'b) Child protection plan'
        when exists (
            select 1 from cin_plan where cin_plan.person_id = referral.person_id and cin_plan.end_date is null
        ) then 'c) Child in need plan'
        else 'd) Open assessment'
    end as "Case Status",
    coalesce(allocated.team, referral.team) as "Allocated Team",
    coalesce(allocated.worker, referral.worker) as "Allocated Worker"
from referral
join child using (person_id)
left join allocated using (person_id)
where referral.status <> 'CANCELLED'
    and referral.referral_nfa is not true
    and (referral.closure_date is null or is_in_window(referral.closure_date))
    and exists (
        select 1
        from assessment
        where assessment.referral_id = referral.referral_id and assessment.person_id = referral.person_id
    )
order by referral.referral_date, referral.referral_id, referral.person_id
