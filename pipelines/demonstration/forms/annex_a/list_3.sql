-- One row per child and referral received in the six months before the inspection.
select
    referral.person_id as "Child Unique ID",
    child.gender as "Gender",
    child.ethnicity as "Ethnicity",
    child.birth as "Date of Birth",
    child.age as "Age of Child (Years)",
    referral.referral_date as "Date of referral",
    source(referral.referral_source) as "Referral Source",
    yes_no(referral.referral_nfa) as "Referral NFA?",
    (
        select count(*)
        from referral as earlier
        where earlier.person_id = referral.person_id
            and earlier.status <> 'CANCELLED'
            and earlier.referral_id <> referral.referral_id
            and is_in_year(earlier.referral_date, referral.referral_date)
    ) as "Number of Referrals in Last 12 Months",
    referral.team as "Allocated Team",
    referral.worker as "Allocated Worker"
from referral
join child using (person_id)
where is_in_window(referral.referral_date) and referral.status <> 'CANCELLED'
order by referral.referral_date, referral.referral_id, referral.person_id
