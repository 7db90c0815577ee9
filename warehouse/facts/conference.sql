-- One row per child and initial child protection conference held, and per one still to be held, with both clocks.
with
enquiry as (
    select s47.*
    from staged.s47 semi join raw.run_extract using (la_code, extract_date)
    where s47.status is null or s47.status not in (select status from reference.status where is_void)
),

conference as (
    select
        icpc.*,
        icpc.icpc_date is not null
        and (
            icpc.status is null
            or icpc.status not in (select status from reference.status)
            -- An adjourned conference was held on the day on which it reached a decision.
            or icpc.status = 'ADJOURNED' and icpc.outcome_cp is not null
        ) as is_held
    from staged.icpc semi join raw.run_extract using (la_code, extract_date)
    where icpc.status is null or icpc.status not in (select status from reference.status where is_void)
),

held as (
    select
        conference.*,
        max(icpc_date) over (
            partition by la_code, extract_date, person_id order by icpc_date
            range between unbounded preceding and interval 1 day preceding
        ) as previous_icpc_date
    from conference
    where is_held
    -- A child has one conference on a day, however often it was entered: the last entry counts.
    qualify row_number() over (partition by la_code, extract_date, person_id, icpc_date order by row_number desc) = 1
),

-- The child's enquiries that a conference can have come from: started by its date, and since the conference before.
preceding as (
    select
        held.la_code, held.extract_date, held.icpc_id, held.person_id,
        min(enquiry.start_date) as first_start_date,
        max(enquiry.start_date) as latest_start_date,
        arg_max(enquiry.s47_id, {'start': enquiry.start_date, 's47_id': enquiry.s47_id}) as latest_s47_id
    from held
    inner join enquiry using (la_code, extract_date, person_id)
    where
        enquiry.start_date <= held.icpc_date
        and (held.previous_icpc_date is null or enquiry.start_date > held.previous_icpc_date)
    group by held.la_code, held.extract_date, held.icpc_id, held.person_id
),

timed as (
    select
        held.la_code, held.extract_date, held.person_id, held.icpc_id as record_id,
        case
            when held.transfer_in then held.notification_date
            when setting.icpc_clock = 'latest_strategy' then preceding.latest_start_date
            when setting.icpc_clock = 'first_strategy' then preceding.first_start_date
            else coalesce(linked.start_date, preceding.latest_start_date)
        end as clock_start,
        preceding.latest_start_date as other_clock_start,
        held.icpc_date as event_date,
        false as is_open,
        coalesce(held.referral_id, linked.referral_id) as referral_id,
        case when held.transfer_in then linked.s47_id else coalesce(linked.s47_id, preceding.latest_s47_id) end
            as answered_s47_id,
        'icpc' as table_name, held.row_number
    from held
    cross join reference.setting
    left join enquiry as linked using (la_code, extract_date, s47_id, person_id)
    left join preceding on
        preceding.la_code = held.la_code
        and preceding.extract_date = held.extract_date
        and preceding.icpc_id = held.icpc_id
        and preceding.person_id = held.person_id
    where not (coalesce(held.transfer_in, false) and setting.icpc_transfer_in = 'exclude')
),

-- An enquiry is to be followed by a conference if the case system says that one is needed, or one is planned for it.
awaited_enquiry as (
    select enquiry.*
    from enquiry
    where
        enquiry.status is distinct from 'PLANNED'
        and not coalesce(enquiry.icpc_not_required, false)
        and (
            enquiry.icpc_not_required = false
            or regexp_matches(enquiry.outcome, '(^|[^a-z])(icpc|conference)', 'i')
            and not regexp_matches(enquiry.outcome, '(^|[^a-z])(no|not|without)([^a-z]|$)', 'i')
            or exists (
                from conference
                where
                    conference.la_code = enquiry.la_code
                    and conference.extract_date = enquiry.extract_date
                    and conference.s47_id = enquiry.s47_id
                    and conference.person_id = enquiry.person_id
                    and not conference.is_held
            )
        )
),

awaited as (
    select
        awaited_enquiry.la_code, awaited_enquiry.extract_date, awaited_enquiry.person_id,
        awaited_enquiry.s47_id as record_id, awaited_enquiry.start_date as clock_start,
        null::date as other_clock_start, null::date as event_date, true as is_open, awaited_enquiry.referral_id,
        's47' as table_name, awaited_enquiry.row_number
    from awaited_enquiry
    where
        not exists (
            from timed
            where
                timed.la_code = awaited_enquiry.la_code
                and timed.extract_date = awaited_enquiry.extract_date
                and timed.answered_s47_id = awaited_enquiry.s47_id
                and timed.person_id = awaited_enquiry.person_id
        )
        and not exists (
            from conference
            where
                conference.la_code = awaited_enquiry.la_code
                and conference.extract_date = awaited_enquiry.extract_date
                and conference.s47_id = awaited_enquiry.s47_id
                and conference.person_id = awaited_enquiry.person_id
                and conference.is_held
        )
    union all
    select
        la_code, extract_date, person_id, icpc_id, notification_date, null, null, true, referral_id, 'icpc', row_number
    from conference
    where not is_held and transfer_in
)

select
    event.la_code,
    event.extract_date,
    'conference' as event,
    event.person_id,
    event.record_id,
    event.clock_start,
    event.other_clock_start,
    event.event_date,
    event.event_date as month_date,
    15 as standard,
    event.is_open and referral.closure_date is null as is_open,
    false as counts_when_overdue,
    null::boolean as is_in_time_by_hours,
    referral.team,
    referral.worker,
    event.table_name,
    event.row_number
from (from timed union all by name from awaited) as event
left join staged.referral using (la_code, extract_date, referral_id, person_id)
