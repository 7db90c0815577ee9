-- One row per child with a plan for adoption in the twelve months before the inspection.
select
    placed.person_id as "Child Unique ID",
    placed.family as "Family identifier",
    child.gender as "Gender",
    child.ethnicity as "Ethnicity",
    child.birth as "Date of Birth",
    child.age as "Age of Child (Years)",
    child.disability as "Does the Child have a Disability",
    placed.entered as "Date the Child Entered Care",
    greatest(placed.ordered - 28, placed.entered) as "Date of Decision that Child Should be Placed for Adoption",
    placed.ordered as "Date of Placement Order",
    placed.placed - 14 as "Date of Matching Child and Prospective Adopters",
    placed.placed as "Date Placed for Adoption",
    placed.adopted as "Date of Adoption Order",
    null::date as "Date of Decision that Child Should No Longer be Placed for Adoption",
    null::varchar as "Reason Why Child No Longer Placed for Adoption",
    null::date as "Date the child was placed for fostering in FFA or concurrent planning placement"
from placed
join child using (person_id)
order by placed.entered, placed.person_id
