-- One row per child with a case open in the year: nested as in the census, with the names and order of its elements.
with
conference as (
    select * from icpc where status = 'HELD' and icpc_date <= getvariable('year_end')
),
conference_of_enquiry as (
    -- The conference that each enquiry led to: the one that names it, else the first of its referral since it began.
    select s47.s47_id, s47.person_id, min(conference.icpc_date) as icpc_date
    from s47
    join conference
        on conference.person_id = s47.person_id
        and conference.transfer_in is not true
        and (conference.s47_id = s47.s47_id
            or (conference.s47_id is null
                and conference.referral_id = s47.referral_id
                and conference.icpc_date >= s47.start_date))
    group by s47.s47_id, s47.person_id
),
enquiry as (
    select s47.person_id, s47.referral_id, s47.start_date, s47.icpc_target_date, s47.icpc_not_required, icpc_date
    from s47
    left join conference_of_enquiry using (s47_id, person_id)
    where s47.start_date <= getvariable('year_end')
        and (s47.start_date >= getvariable('year_start') or icpc_date >= getvariable('year_start'))

    union all

    -- A conference whose enquiry was never recorded: councils send it as an enquiry without a start.
    select person_id, referral_id, null, null, false, icpc_date
    from conference
    where transfer_in is not true
        and icpc_date >= getvariable('year_start')
        and not exists (
            select 1
            from conference_of_enquiry
            where conference_of_enquiry.person_id = conference.person_id
                and conference_of_enquiry.icpc_date = conference.icpc_date
        )
),
case_of_child as (
    -- Referrals whose case was open in the year, as on its last day.
    select
        person_id,
        referral_id,
        referral_id as case_id,
        referral_date,
        referral_source,
        primary_need,
        referral_nfa,
        case when closure_date <= getvariable('year_end') then closure_date end as closure_date,
        case when closure_date <= getvariable('year_end') then closure_reason end as closure_reason
    from referral
    where status <> 'CANCELLED'
        and referral_date <= getvariable('year_end')
        and (closure_date is null or closure_date >= getvariable('year_start'))

    union all

    -- What the council holds without a referral, from before its history or without one, is sent under a case without one.
    select person_id, null, 'B' || person_id, null, null, null, null, null, null
    from (
        select person_id
        from assessment
        where referral_id is null
            and status in ('COMPLETED', 'STARTED')
            and (start_date is null or start_date <= getvariable('year_end'))
            and (authorised_date is null or authorised_date >= getvariable('year_start'))
        union
        select person_id from enquiry where referral_id is null
        union
        select person_id
        from cp_plan
        where referral_id is null
            and not ola_plan
            and not temporary
            and start_date <= getvariable('year_end')
            and (end_date is null or end_date >= getvariable('year_start'))
    )
),
assessed as (
    select
        person_id,
        referral_id,
        list({
            AssessmentActualStartDate: start_date,
            AssessmentInternalReviewDate: internal_review_date,
            AssessmentAuthorisationDate: case when authorised_date <= getvariable('year_end') then authorised_date end,
            FactorsIdentifiedAtAssessment: case
                when authorised_date <= getvariable('year_end') then {AssessmentFactors: string_split(factors, ',')}
            end
        } order by start_date, assessment_id) as assessments
    from assessment
    where status in ('COMPLETED', 'STARTED')
        and (start_date is null or start_date <= getvariable('year_end'))
        and (authorised_date is null or authorised_date >= getvariable('year_start'))
    group by person_id, referral_id
),
planned as (
    select
        person_id,
        referral_id,
        list({
            CINPlanStartDate: start_date,
            CINPlanEndDate: case when end_date <= getvariable('year_end') then end_date end
        } order by start_date, cin_plan_id) as plans
    from cin_plan
    where status <> 'DRAFT'
        and start_date <= getvariable('year_end')
        and (end_date is null or end_date >= getvariable('year_start'))
    group by person_id, referral_id
),
enquired as (
    select
        person_id,
        referral_id,
        list({
            S47ActualStartDate: start_date,
            InitialCPCtarget: icpc_target_date,
            DateOfInitialCPC: icpc_date,
            ICPCnotRequired: coalesce(icpc_not_required, false)
        } order by start_date nulls last, icpc_date) as enquiries
    from enquiry
    group by person_id, referral_id
),
transferred as (
    select person_id, referral_id, min(icpc_date) as icpc_date
    from conference
    where transfer_in and icpc_date >= getvariable('year_start')
    group by person_id, referral_id
),
reviewed as (
    select cp_plan_id, person_id, {CPPreviewDate: list(review_date order by review_date)} as reviews
    from cp_review
    where status not in ('POSTPONED', 'CANCELLED') and review_date <= getvariable('year_end')
    group by cp_plan_id, person_id
),
protected as (
    select
        cp_plan.person_id,
        cp_plan.referral_id,
        list({
            CPPstartDate: cp_plan.start_date,
            CPPendDate: case when cp_plan.end_date <= getvariable('year_end') then cp_plan.end_date end,
            InitialCategoryOfAbuse: cp_plan.initial_category,
            LatestCategoryOfAbuse: cp_plan.latest_category,
            NumberOfPreviousCPP: cp_plan.number_previous,
            Reviews: reviewed.reviews
        } order by cp_plan.start_date, cp_plan.cp_plan_id) as plans
    from cp_plan
    left join reviewed using (cp_plan_id, person_id)
    where not cp_plan.ola_plan
        and not cp_plan.temporary
        and cp_plan.start_date <= getvariable('year_end')
        and (cp_plan.end_date is null or cp_plan.end_date >= getvariable('year_start'))
    group by cp_plan.person_id, cp_plan.referral_id
),
detail as (
    select
        case_of_child.person_id,
        list({
            CINreferralDate: case_of_child.referral_date,
            ReferralSource: case_of_child.referral_source,
            PrimaryNeedCode: case_of_child.primary_need,
            CINclosureDate: case_of_child.closure_date,
            ReasonForClosure: case_of_child.closure_reason,
            DateOfInitialCPC: transferred.icpc_date,
            Assessments: assessed.assessments,
            CINPlanDates: planned.plans,
            Section47: enquired.enquiries,
            ReferralNFA: case_of_child.referral_nfa,
            ChildProtectionPlans: protected.plans
        } order by case_of_child.referral_date, case_of_child.case_id) as cases
    from case_of_child
    left join transferred
        on transferred.person_id = case_of_child.person_id
        and transferred.referral_id is not distinct from case_of_child.referral_id
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
    group by case_of_child.person_id
)
select
    {
        LAchildID: detail.person_id,
        UPN: case when not starts_with(person.upn, 'UN') then person.upn end,
        UPNunknown: case when starts_with(person.upn, 'UN') then person.upn end,
        PersonBirthDate: case when person.dob <= getvariable('year_end') then person.dob end,
        ExpectedPersonBirthDate: case
            when person.dob is null or person.dob > getvariable('year_end') then coalesce(person.expected_dob, person.dob)
        end,
        GenderCurrent: case
            when person.person_id is null then null
            when person.dob is null or person.dob > getvariable('year_end') then 0
            when person.sex = 'M' then 1
            when person.sex = 'F' then 2
            else 9
        end,
        PersonDeathDate: case when person.death_date <= getvariable('year_end') then person.death_date end
    } as ChildIdentifiers,
    {
        Ethnicity: coalesce(person.ethnicity, 'NOBT'),
        Disabilities: case
            when person.disabled is not null then {Disability: [case when person.disabled then 'DDA' else 'NONE' end]}
        end
    } as ChildCharacteristics,
    detail.cases as CINdetails
from detail
left join person using (person_id)
order by detail.person_id
