-- One row per child and section 47 enquiry, with the conference that answered it and whether one is awaited.
with
answer as (
    -- An adjourned conference answers nothing where a later one decided.
    select entry.la_code, entry.extract_date, entry.person_id, entry.linked_s47_id as s47_id, entry.icpc_date
    from facts.conference_entry as entry
    left join facts.conference_held as held using (la_code, extract_date, person_id, icpc_id)
    where entry.is_held and entry.is_used and (entry.status is distinct from 'ADJOURNED' or held.icpc_id is not null)
    union all
    select la_code, extract_date, person_id, timed_s47_id, icpc_date
    from facts.conference_held
    where is_used
),

answered as (
    select la_code, extract_date, person_id, s47_id, min(icpc_date) as answered_date
    from answer
    where s47_id is not null
    group by la_code, extract_date, person_id, s47_id
),

-- Held or still to be held: what has been held since was awaited until then.
conference_named as (
    select distinct la_code, extract_date, person_id, linked_s47_id as s47_id
    from facts.conference_entry
    where is_used and linked_s47_id is not null
)

select
    s47.la_code,
    s47.extract_date,
    date_trunc('month', s47.start_date)::date as month,
    s47.person_id,
    s47.s47_id as record_id,
    s47.start_date as clock_start,
    s47.start_date as event_date,
    s47.start_date as attribute_date,
    s47.end_date,
    answered.answered_date,
    answered.answered_date is not null as is_answered,
    -- A conference is or was awaited where the case system says that one is needed, or one names the enquiry.
    s47.status is distinct from 'PLANNED'
    and not coalesce(s47.icpc_not_required, false)
    and (
        coalesce(not s47.icpc_not_required, false)
        or coalesce(s47.outcome = 'CONFERENCE', false)
        or conference_named.s47_id is not null
    ) as is_conference_awaited,
    coalesce(s47.icpc_not_required, false) as is_conference_unnecessary,
    s47.outcome,
    s47.status,
    case when answered.answered_date is null then 'No conference answered it' end as reason,
    referral.closure_date,
    referral.referral_source,
    referral.team as referral_team,
    referral.worker as referral_worker,
    's47' as table_name,
    s47.row_number
from staged.s47
left join answered using (la_code, extract_date, person_id, s47_id)
left join conference_named using (la_code, extract_date, person_id, s47_id)
left join facts.referral using (la_code, extract_date, referral_id, person_id)
where is_real(s47.status)
