-- One row per child with a case open in the last 24 months: one document, nested and named as the feed's schema says.
with
case_of_child as (
    select
        person_id,
        referral_id,
        referral_id as social_care_episode_id,
        referral_date,
        referral_source,
        referral_nfa,
        closure_date,
        closure_reason
    from referral
    where status <> 'CANCELLED' and (closure_date is null or closure_date >= getvariable('window_start'))

    union all

    -- What the council holds without a referral, from before its history or without one, is sent under a case without
    -- one, which has no dates.
    select person_id, null, 'B' || person_id, null, null, null, null, null
    from (
        select person_id
        from assessment
        where referral_id is null
            and status in ('COMPLETED', 'STARTED')
            and (authorised_date is null or authorised_date >= getvariable('window_start'))
        union
        select person_id from s47 where referral_id is null and start_date >= getvariable('window_start')
        union
        select person_id
        from cp_plan
        where referral_id is null
            and not ola_plan
            and not temporary
            and (end_date is null or end_date >= getvariable('window_start'))
        union
        select person_id from placement where referral_id is null
    )
),
assessed as (
    select
        person_id,
        referral_id,
        list({
            child_and_family_assessment_id: assessment_id,
            start_date: start_date,
            authorisation_date: authorised_date,
            factors: string_split(factors, ',')
        } order by start_date, assessment_id) as assessments
    from assessment
    where status in ('COMPLETED', 'STARTED')
    group by person_id, referral_id
),
planned as (
    select
        person_id,
        referral_id,
        list({
            child_in_need_plan_id: cin_plan_id,
            start_date: start_date,
            end_date: end_date
        } order by start_date, cin_plan_id) as plans
    from cin_plan
    where status <> 'DRAFT'
    group by person_id, referral_id
),
conference_of_enquiry as (
    -- The conference that each enquiry led to: the one that names it, else the first of its referral since it began.
    select s47.s47_id, s47.person_id, min(icpc.icpc_date) as icpc_date
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
    select s47.s47_id, s47.person_id, s47.referral_id, s47.start_date, not s47.icpc_not_required as is_required,
        conference_of_enquiry.icpc_date, s47.end_date
    from s47
    left join conference_of_enquiry using (s47_id, person_id)

    union all

    -- A conference whose enquiry was never recorded: an enquiry without a start.
    select icpc_id, person_id, referral_id, null, true, icpc_date, null
    from icpc
    where status = 'HELD'
        and transfer_in is not true
        and not exists (
            select 1
            from conference_of_enquiry
            where conference_of_enquiry.person_id = icpc.person_id
                and conference_of_enquiry.icpc_date = icpc.icpc_date
        )
),
enquired as (
    select
        person_id,
        referral_id,
        list({
            section_47_assessment_id: s47_id,
            start_date: start_date,
            icpc_required_flag: is_required,
            icpc_date: icpc_date,
            end_date: end_date
        } order by start_date nulls last, s47_id) as enquiries
    from enquiry
    group by person_id, referral_id
),
protected as (
    select
        person_id,
        referral_id,
        list({
            child_protection_plan_id: cp_plan_id,
            start_date: start_date,
            end_date: end_date
        } order by start_date, cp_plan_id) as plans
    from cp_plan
    where not ola_plan and not temporary
    group by person_id, referral_id
),
placed as (
    select
        person_id,
        referral_id,
        list({
            child_looked_after_placement_id: placement_id,
            start_date: start_date,
            start_reason: start_reason,
            placement_type: placement_type,
            postcode: postcode,
            end_date: end_date,
            end_reason: end_reason,
            change_reason: change_reason
        } order by start_date, placement_id) as placements
    from placement
    group by person_id, referral_id
),
-- Who worked with the child while a case was open, also where that began with a case before it: each under the first.
working as (
    select
        case_of_child.person_id,
        case_of_child.social_care_episode_id,
        allocation.worker_id,
        allocation.start_date,
        allocation.end_date
    from case_of_child
    join allocation
        on allocation.person_id = case_of_child.person_id
        and allocation.is_primary
        and allocation.worker_name is distinct from 'Duty'  -- a desk is no worker
        and coalesce(allocation.end_date, date '9999-12-31') >= coalesce(case_of_child.referral_date, date '1900-01-01')
        and allocation.start_date < coalesce(case_of_child.closure_date, date '9999-12-31')
    qualify
        row_number() over (
            partition by allocation.person_id, allocation.worker_id, allocation.start_date
            order by case_of_child.referral_date nulls last, case_of_child.social_care_episode_id
        ) = 1
),
worked as (
    select
        person_id,
        social_care_episode_id,
        list({
            worker_id: worker_id,
            start_date: start_date,
            end_date: end_date
        } order by start_date, worker_id) as workers
    from working
    group by person_id, social_care_episode_id
),
case_sent as (
    select
        case_of_child.person_id,
        list({
            social_care_episode_id: social_care_episode_id,
            referral_date: referral_date,
            referral_source: referral_source,
            referral_no_further_action_flag: referral_nfa,
            closure_date: closure_date,
            closure_reason: closure_reason,
            care_worker_details: worked.workers,
            child_and_family_assessments: assessed.assessments,
            child_in_need_plans: planned.plans,
            section_47_assessments: enquired.enquiries,
            child_protection_plans: protected.plans,
            child_looked_after_placements: placed.placements,
            care_leavers: case
                when care_leaver.person_id is not null then {
                    contact_date: care_leaver.latest_contact_date,
                    activity: care_leaver.activity,
                    accommodation: nullif(care_leaver.accommodation, '0')[1]
                }
            end,
            purge: false
        } order by referral_date nulls first, social_care_episode_id) as cases
    from case_of_child
    left join worked using (person_id, social_care_episode_id)
    left join assessed
        on assessed.person_id = case_of_child.person_id
        and assessed.referral_id is not distinct from case_of_child.referral_id
    left join planned
        on planned.person_id = case_of_child.person_id
        and planned.referral_id is not distinct from case_of_child.referral_id
    left join enquired
        on enquired.person_id = case_of_child.person_id
        and enquired.referral_id is not distinct from case_of_child.referral_id
    left join protected
        on protected.person_id = case_of_child.person_id
        and protected.referral_id is not distinct from case_of_child.referral_id
    left join placed
        on placed.person_id = case_of_child.person_id
        and placed.referral_id is not distinct from case_of_child.referral_id
    left join care_leaver on care_leaver.person_id = case_of_child.person_id
    group by case_of_child.person_id
)
select
    case_sent.person_id as la_child_id,
    case_sent.person_id as mis_child_id,
    false as purge,
    {
        unique_pupil_number: case when not starts_with(person.upn, 'UN') then person.upn end,
        unique_pupil_number_unknown_reason: case when starts_with(person.upn, 'UN') then person.upn end,
        date_of_birth: person.dob,
        expected_date_of_birth: person.expected_dob,
        sex: person.sex,
        ethnicity: person.ethnicity,
        disabilities: case
            when person.disabled is not null then [case when person.disabled then 'DDA' else 'NONE' end]
        end,
        postcode: person.postcode,
        uasc_flag: person.uasc,
        purge: false
    } as child_details,
    case_sent.cases as social_care_episodes
from case_sent
left join person using (person_id)
order by case_sent.person_id
