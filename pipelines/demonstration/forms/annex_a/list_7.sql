-- One row per child and child protection plan, current or ended in the six months before the inspection.
select
    cp_plan.person_id as "Child Unique ID",
    child.gender as "Gender",
    child.ethnicity as "Ethnicity",
    child.birth as "Date of Birth",
    child.age as "Age of Child (Years)",
    child.disability as "Does the Child have a Disability",
    cp_plan.start_date as "Child Protection Plan Start Date",
    category_of_abuse(cp_plan.initial_category) as "Initial Category of Abuse",
    category_of_abuse(cp_plan.latest_category) as "Latest Category of Abuse",
    visit.visit_date as "Date of the Last Statutory Visit",
    yes_no(visit.seen_alone) as "Was the Child Seen Alone?",
    (
        select max(review_date)
        from cp_review
        where cp_review.cp_plan_id = cp_plan.cp_plan_id
            and cp_review.person_id = cp_plan.person_id
            and cp_review.status not in ('POSTPONED', 'CANCELLED')
    ) as "Date of latest review conference",
    cp_plan.end_date as "Child Protection Plan End Date",
    yes_no(exists (
        select 1
        from cla_episode
        where cla_episode.person_id = cp_plan.person_id
            and cla_episode.legal_status in ('L1', 'L2')
            and (cla_episode.dec is null or is_in_window(cla_episode.dec))
    )) as "Subject to Emergency Protection Order or Protected Under Police Powers in Last Six Months (Y/N)",
    cp_plan.number_previous as "Number of Previous Child Protection Plans",
    allocated.team as "Allocated Team",
    allocated.worker as "Allocated Worker"
from cp_plan
join child using (person_id)
left join allocated using (person_id)
left join (
    select
        cp_plan_id,
        person_id,
        max(visit_date) as visit_date,
        arg_max(coalesce(seen_alone, false), visit_date) as seen_alone
    from cp_visit
    where seen and status = 'COMPLETED'
    group by cp_plan_id, person_id
) as visit using (cp_plan_id, person_id)
where not cp_plan.ola_plan
    and not cp_plan.temporary
    and (cp_plan.end_date is null or is_in_window(cp_plan.end_date))
order by cp_plan.start_date, cp_plan.cp_plan_id, cp_plan.person_id
