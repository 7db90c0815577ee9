-- One row per child and day on which an initial child protection conference was held, with the clock it is timed by.
with
-- Of several entries of a day, the one at the level of the enquiry counts, else the last.
of_day as (
    select *
    from facts.conference_entry
    where is_held
    qualify
        row_number() over (
            partition by la_code, extract_date, person_id, icpc_date
            order by is_used desc, linked_s47_id is not null desc, row_number desc
        ) = 1
),

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
        where is_real(status) and start_date is not null and person_id is not null
    )
    group by la_code, extract_date, person_id, start_date
),

followed as (
    select
        of_day.*,
        lead(of_day.icpc_date) over child_conference as next_icpc_date,
        lead(of_day.linked_s47_id) over child_conference as next_s47_id,
        lead(of_day.is_transfer_in) over child_conference as next_is_transfer_in
    from of_day
    window child_conference as (partition by la_code, extract_date, person_id order by icpc_date)
),

-- An adjourned conference and the one that then decided are one, on the day of decision: they answer the same enquiry if
-- they name it, or if none began between them.
conference as (
    select
        followed.* exclude (next_icpc_date, next_s47_id, next_is_transfer_in),
        lag(followed.icpc_date) over (
            partition by followed.la_code, followed.extract_date, followed.person_id order by followed.icpc_date
        ) as previous_icpc_date
    from followed
    asof left join enquiry as next_enquiry on
        next_enquiry.la_code = followed.la_code
        and next_enquiry.extract_date = followed.extract_date
        and next_enquiry.person_id = followed.person_id
        and followed.next_icpc_date >= next_enquiry.start_date
    where
        not coalesce(
            followed.status = 'ADJOURNED'
            and followed.next_icpc_date is not null
            and followed.is_transfer_in = followed.next_is_transfer_in
            and coalesce(
                followed.linked_s47_id = followed.next_s47_id,
                coalesce(next_enquiry.start_date <= followed.icpc_date, true)
            ),
            false
        )
),

-- What a conference can have come from: begun by its date, and since the conference before.
preceded as (
    select
        conference.*,
        case when latest.start_date > coalesce(conference.previous_icpc_date, date '0001-01-01') then latest.start_date end
            as latest_start_date,
        case when latest.start_date > coalesce(conference.previous_icpc_date, date '0001-01-01') then latest.s47_id end
            as latest_s47_id,
        case when first.start_date <= conference.icpc_date then first.start_date end as first_start_date,
        case when first.start_date <= conference.icpc_date then first.s47_id end as first_s47_id,
        case when discussion.discussion_date > coalesce(conference.previous_icpc_date, date '0001-01-01')
            then discussion.discussion_date end as discussion_date
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
        and coalesce(conference.previous_icpc_date, date '0001-01-01') < first.start_date
    asof left join (
        select distinct la_code, extract_date, person_id, discussion_date
        from staged.strategy_discussion
        where discussion_date is not null
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
    preceded.previous_icpc_date,
    preceded.is_transfer_in,
    preceded.notification_date,
    preceded.outcome_cp,
    preceded.is_history_missing and not preceded.is_transfer_in and setting.icpc_clock = 'linked_s47'
        as is_history_missing,
    case
        when preceded.is_transfer_in then preceded.notification_date
        when setting.icpc_clock = 'latest_strategy' then coalesce(preceded.discussion_date, preceded.latest_start_date)
        when setting.icpc_clock = 'first_strategy' then preceded.first_start_date
        when preceded.linked_s47_id is not null then preceded.linked_start_date
        when not preceded.is_history_missing then preceded.latest_start_date
    end as clock_start,
    -- The enquiries that it answers: the one that it names and the one that it is timed from.
    preceded.linked_s47_id,
    case
        when preceded.is_transfer_in then null
        when setting.icpc_clock = 'latest_strategy' then preceded.latest_s47_id
        when setting.icpc_clock = 'first_strategy' then preceded.first_s47_id
        when preceded.linked_s47_id is not null then preceded.linked_s47_id
        when not preceded.is_history_missing then preceded.latest_s47_id
    end as timed_s47_id,
    preceded.referral_id,
    preceded.is_used,
    preceded.row_number
from preceded
cross join reference.setting
