-- One row per child looked after now or in the six months before the inspection: the latest period, status and placement.
with
episode as (
    select
        *,
        lag(legal_status) over period is distinct from legal_status as begins_status,
        -- Another status, or another kind of placement with the same carer, begins none.
        rne in ('S', 'P', 'B') as begins_placement
    from cla_episode
    where responsible_la is null or responsible_la = getvariable('la_code')
    window period as (partition by person_id, period_id order by decom)
),
period as (
    select
        person_id,
        period_id,
        min(decom) as started,
        arg_max_null(dec, decom) as ceased,
        arg_max_null(rec, decom) as reason_ceased,
        arg_max(legal_status, decom) as legal_status,
        max(decom) filter (begins_status) as status_began,
        max(decom) filter (begins_placement) as placement_began,
        arg_max(placement_type, decom) as placement_type,
        arg_max_null(placement_provider, decom) as placement_provider,
        arg_max(placement_postcode, decom) as placement_postcode,
        arg_max_null(urn, decom) as urn,
        arg_max(category_of_need, decom) as category_of_need,
        count(*) filter (
            begins_placement and (dec is null or dec > getvariable('extract_date') - interval 1 year)
        ) as placements
    from episode
    group by person_id, period_id
),
latest as (
    select
        *,
        count(*) over (partition by person_id) > 1
            and started > getvariable('extract_date') - interval 1 year as is_subsequent
    from period
    qualify row_number() over (partition by person_id order by started desc, period_id desc) = 1
),
event as (
    select person_id, 'review' as kind, review_date as day from cla_review where status = 'COMPLETED'
    union all select person_id, 'visit', visit_date from cla_visit where status = 'COMPLETED'
    union all select person_id, type, event_date from cla_health where status = 'COMPLETED'
),
last_event as (
    select
        latest.person_id,
        max(event.day) filter (event.kind = 'review') as review,
        max(event.day) filter (event.kind = 'visit') as visit,
        max(event.day) filter (event.kind = 'HEALTH_ASSESSMENT') as health,
        max(event.day) filter (event.kind = 'DENTAL_CHECK') as dental
    from latest
    join event on event.person_id = latest.person_id and event.day >= latest.started
    group by latest.person_id
),
gone as (
    select
        person_id,
        count(*) filter (type = 'M' and start_at > getvariable('extract_date') - interval 1 year) as missing,
        count(*) filter (type = 'A' and start_at > getvariable('extract_date') - interval 1 year) as absent,
        arg_max_null(rhi_offered, start_at) filter (type = 'M' and end_at is not null) as was_offered,
        arg_max_null(rhi_accepted, start_at) filter (type = 'M' and end_at is not null) as was_accepted
    from missing
    group by person_id
),
plan as (
    select person_id, arg_max_null(permanence_plan, started_date) as permanence_plan from cla_care_plan group by person_id
)
select
    latest.person_id as "Child Unique ID",
    child.gender as "Gender",
    child.ethnicity as "Ethnicity",
    child.birth as "Date of Birth",
    child.age as "Age of Child (Years)",
    yes_no(child.is_unaccompanied) as "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)",
    child.disability as "Does the Child have a Disability",
    latest.started as "Date Started to be Looked After",
    primary_need(latest.category_of_need) as "Child's Category of Need",
    yes_no(latest.is_subsequent)
        as "Is this a second or subsequent period of being a Looked After Child within the last 12 months (Y/N)",
    latest.status_began as "Start date of current legal status",
    latest.legal_status as "Child's Legal Status",
    last_event.review as "Date of Latest Statutory Review",
    last_event.visit as "Date of Last Social Work Visit",
    permanence_plan(plan.permanence_plan) as "What is the permanence plan for this child?",
    last_event.review as "Date of Last IRO Visit / Contact to the Child",
    last_event.health as "Date of Last Health Assessment",
    last_event.dental as "Date of Last Dental Check",
    latest.placements as "Number of Placements in the Last 12 months",
    latest.ceased as "Date Ceased to be Looked After",
    latest.reason_ceased as "Reason Ceased to be Looked After",
    latest.placement_began as "Start Date of Most Recent Placement",
    latest.placement_type as "Placement Type",
    latest.placement_provider as "Placement Provider",
    latest.placement_postcode as "Placement postcode",
    latest.urn as "URN of Placement",
    case when latest.person_id[-1:]::int < 6 then 'a) In' else 'b) Out' end as "Placement Location",
    getvariable('la_code') as "LA of Placement",
    coalesce(gone.missing, 0)
        as "Number of Episodes the Child has been 'Missing' from their Placement in the last 12 months",
    coalesce(gone.absent, 0)
        as "Number of Episodes the Child has been 'Absent' from their Placement in the last 12 months",
    yes_no(gone.was_offered) as "Was the child offered a Return Interview after their last missing episode (Y/N)?",
    yes_no(gone.was_accepted) as "Did the child accept a Return Interview after their last missing episode (Y/N)?",
    allocated.team as "Allocated Team",
    allocated.worker as "Allocated Worker"
from latest
join child using (person_id)
left join allocated using (person_id)
left join last_event using (person_id)
left join gone using (person_id)
left join plan using (person_id)
where latest.ceased is null or is_in_window(latest.ceased)
order by latest.started, latest.person_id
