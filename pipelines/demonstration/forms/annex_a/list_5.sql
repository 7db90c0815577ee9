-- One row per child and section 47 enquiry that was open at some time in the six months before the inspection.
with
conference as (
    -- The held conference that each enquiry led to: the one that names it, else the first of its referral since it began.
    select s47.s47_id, s47.person_id, min_by(icpc, icpc.icpc_date) as held
    from s47
    join icpc
        on icpc.person_id = s47.person_id
        and icpc.status = 'HELD'
        and icpc.transfer_in is not true
        and (icpc.s47_id = s47.s47_id
            or (icpc.s47_id is null and icpc.referral_id = s47.referral_id and icpc.icpc_date >= s47.start_date))
    group by s47.s47_id, s47.person_id
),
enquiry as (
    select s47.s47_id, s47.person_id, s47.start_date, s47.end_date, s47.icpc_not_required, conference.held
    from s47
    left join conference using (s47_id, person_id)

    union all

    -- A conference whose enquiry was never recorded: councils list it without a start.
    select null, icpc.person_id, null, icpc.icpc_date, false, icpc
    from icpc
    where icpc.status = 'HELD'
        and icpc.transfer_in is not true
        and not exists (
            select 1
            from conference
            where conference.person_id = icpc.person_id and conference.held.icpc_date = icpc.icpc_date
        )
)
select
    enquiry.person_id as "Child Unique ID",
    child.gender as "Gender",
    child.ethnicity as "Ethnicity",
    child.birth as "Date of Birth",
    child.age as "Age of Child (Years)",
    child.disability as "Does the Child have a Disability",
    enquiry.start_date as "Strategy discussion initiating Section 47 Enquiry Start Date",
    yes_no(enquiry.icpc_not_required) as "Was an Initial Child Protection Conference deemed unnecessary?",
    enquiry.held.icpc_date as "Date of Initial Child Protection Conference",
    yes_no(enquiry.held.outcome_cp)
        as "Did the Initial Child Protection Conference Result in a Child Protection Plan",
    (
        select count(*)
        from s47 as other
        where other.person_id = enquiry.person_id and is_in_year(other.start_date, getvariable('extract_date'))
    ) as "Number of Section 47 Enquiries in the last 12 months",
    (
        select count(*)
        from icpc
        where icpc.person_id = enquiry.person_id
            and icpc.status = 'HELD'
            and is_in_year(icpc.icpc_date, getvariable('extract_date'))
    ) as "Number of ICPCs in the last 12 months",
    allocated.team as "Allocated Team",
    allocated.worker as "Allocated Worker"
from enquiry
join child using (person_id)
left join allocated using (person_id)
where is_in_window(enquiry.start_date)
    or enquiry.end_date is null
    or is_in_window(enquiry.end_date)
    or is_in_window(enquiry.held.icpc_date)
order by enquiry.start_date, enquiry.s47_id, enquiry.person_id
