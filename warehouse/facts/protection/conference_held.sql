-- One row per child and day on which an initial child protection conference was held, with the clock it is timed by.
with
-- One enquiry of a child and day, so that the latest is always the same one.
enquiry as (
    select la_code, extract_date, person_id, start_date, max(s47_id) as s47_id
    from (
        select la_code, extract_date, person_id, start_date, s47_id
        from staged.s47
        where is_real(status)
        union all
        select la_code, extract_date, person_id, start_date, s47_id
        from staged.s47_aside
        anti join staged.s47 using (la_code, extract_date, s47_id, person_id)
        where start_date is not null and person_id is not null
        qualify is_last_row_of(s47_id, start_date) and is_real(status)
    )
    group by la_code, extract_date, person_id, start_date
),

-- The enquiry that each entry answers: the one that it names, else the child's latest since a conference that decided.
-- One that names an enquiry from before the table is complete answers no other.
answering as (
    select
        held.*,
        case
            when held.linked_s47_id is not null then held.linked_s47_id
            when held.is_enquiry_cut_off then null
            when not held.is_transfer_in and coalesce(latest.start_date > held.decided_before, true)
            then latest.s47_id
        end as answered_s47_id
    from (
        select
            *,
            max(icpc_date) filter (status is distinct from 'ADJOURNED') over (
                partition by la_code, extract_date, person_id
                order by icpc_date
                range between unbounded preceding and interval 1 day preceding
            ) as decided_before
        from facts.conference_entry
        where is_held
    ) as held
    asof left join enquiry as latest on
        latest.la_code = held.la_code
        and latest.extract_date = held.extract_date
        and latest.person_id = held.person_id
        and held.icpc_date >= latest.start_date
),

-- An adjourned conference and the one that then decided on the same enquiry are one, on the day of decision.
decided as (
    select *
    from answering
    qualify
        not coalesce(
            status = 'ADJOURNED'
            and answered_s47_id is not null
            and icpc_date < max(icpc_date) filter (is_used) over (
                partition by la_code, extract_date, person_id, answered_s47_id
            ),
            false
        )
),

-- Of several entries of a day, the one at the level of the enquiry counts, else the last; one that a setting leaves out
-- only where there is no other.
of_day as (
    select decided.*
    from decided
    cross join reference.setting
    qualify
        row_number() over (
            partition by la_code, extract_date, person_id, icpc_date
            order by is_used desc, setting.icpc_transfer_in = 'exclude' and is_transfer_in,
                status is not distinct from 'ADJOURNED', linked_s47_id is not null desc, row_number desc
        ) = 1
),

conference as (
    select
        of_day.*,
        lag(icpc_date, 1, date '0001-01-01') over (
            partition by la_code, extract_date, person_id order by icpc_date
        ) as not_before
    from of_day
),

-- What a conference can have come from: begun by its date, and since the conference before.
preceded as (
    select
        conference.*,
        latest.start_date > conference.not_before and not conference.is_enquiry_cut_off as has_latest,
        case when has_latest then latest.start_date end as latest_start_date,
        case when has_latest then latest.s47_id end as latest_s47_id,
        case when first.start_date <= conference.icpc_date then first.start_date end as first_start_date,
        case when first.start_date <= conference.icpc_date then first.s47_id end as first_s47_id,
        discussion.discussion_date
    from conference
    asof left join enquiry as latest on
        latest.la_code = conference.la_code
        and latest.extract_date = conference.extract_date
        and latest.person_id = conference.person_id
        and conference.icpc_date >= latest.start_date
    asof left join enquiry as first on
        first.la_code = conference.la_code
        and first.extract_date = conference.extract_date
        and first.person_id = conference.person_id
        and conference.not_before < first.start_date
    asof left join (
        select la_code, extract_date, person_id, discussion_date
        from staged.strategy_discussion
        where discussion_date is not null
        union
        select la_code, extract_date, person_id, discussion_date
        from staged.strategy_discussion_aside
        anti join staged.strategy_discussion using (la_code, extract_date, strategy_id, person_id)
        where discussion_date is not null
        qualify is_last_row_of(strategy_id, discussion_date)
    ) as discussion on
        discussion.la_code = conference.la_code
        and discussion.extract_date = conference.extract_date
        and discussion.person_id = conference.person_id
        and conference.icpc_date >= discussion.discussion_date
)

select
    preceded.la_code,
    preceded.extract_date,
    preceded.person_id,
    preceded.icpc_id,
    preceded.icpc_date,
    preceded.is_transfer_in,
    preceded.notification_date,
    preceded.outcome_cp,
    preceded.cp_plan_id,
    preceded.is_history_missing
    and not preceded.is_transfer_in
    and preceded.latest_start_date is null
    and setting.icpc_clock = 'linked_s47' as is_history_missing,
    case
        when preceded.is_transfer_in then preceded.notification_date
        when setting.icpc_clock = 'latest_strategy' then coalesce(preceded.discussion_date, preceded.latest_start_date)
        when setting.icpc_clock = 'first_strategy' then preceded.first_start_date
        when preceded.linked_s47_id is not null then preceded.linked_start_date
        else preceded.latest_start_date
    end as clock_start,
    -- The enquiries that it answers: the one that it names and the one that it is timed from.
    preceded.linked_s47_id,
    case
        when preceded.is_transfer_in then null
        when setting.icpc_clock = 'latest_strategy' then preceded.latest_s47_id
        when setting.icpc_clock = 'first_strategy' then preceded.first_s47_id
        when preceded.linked_s47_id is not null then preceded.linked_s47_id
        else preceded.latest_s47_id
    end as timed_s47_id,
    preceded.referral_id,
    preceded.is_used,
    preceded.row_number
from preceded
cross join reference.setting
