-- One row per young person entitled to support as a care leaver on the day of the inspection.
select
    care_leaver.person_id as "Child Unique ID",
    child.gender as "Gender",
    child.ethnicity as "Ethnicity",
    child.birth as "Date of Birth",
    child.age as "Age of Child (Years)",
    yes_no(child.is_unaccompanied)
        as "Unaccompanied Asylum Seeking Child (UASC), or formerly UASC if 18 or over (Y/N)",
    child.disability as "Does the Child have a Disability",
    care_leaver.team as "Allocated Team",
    allocated.worker as "Allocated Worker",
    care_leaver.personal_adviser as "Allocated Personal Advisor",
    eligibility(care_leaver.eligibility) as "Eligibility Category",
    care_leaver.pathway_review_date as "Latest Pathway Plan Review Date",
    care_leaver.in_touch as "LA in Touch",
    care_leaver.latest_contact_date as "Latest Date of Contact",
    nullif(care_leaver.accommodation, '0')[1] as "Type of Accommodation",
    case when care_leaver.suitable then 'a) Suitable' when not care_leaver.suitable then 'b) Unsuitable' end
        as "Suitability of Accommodation",
    care_leaver.activity as "Activity Status"
from care_leaver
join child using (person_id)
left join allocated using (person_id)
order by care_leaver.person_id
