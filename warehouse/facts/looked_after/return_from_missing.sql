-- One row per return of a child that was missing, any child: whether a return home interview was held in time. One of
-- the last three days before the extract has time left and counts in no month.
with
returned as (
    select
        missing.*,
        missing.end_at::date as return_date,
        missing.end_at::time <> time '00:00' and missing.rhi_at::time <> time '00:00' as has_times,
        epoch(missing.rhi_at at time zone 'Europe/London') - epoch(missing.end_at at time zone 'Europe/London')
            as seconds
    from staged.missing
    where missing.type = 'M' and missing.end_at is not null
),

-- What the child was looked after under on the day of the return, if it was.
in_care as (
    select
        returned.la_code, returned.extract_date, returned.row_number, returned.record_id,
        arg_max(
            {'legal_status': care_episode.legal_status, 'placement_type': care_episode.placement_type},
            care_episode.episode_number
        ) as under
    from returned
    inner join facts.care_episode using (la_code, extract_date, person_id)
    where
        not care_episode.is_set_aside
        and care_episode.from_date <= returned.return_date
        and coalesce(care_episode.until_date > returned.return_date, true)
    group by returned.la_code, returned.extract_date, returned.row_number, returned.record_id
),

timed as (
    select
        returned.*,
        standard.days,
        returned.rhi_accepted is distinct from false and returned.rhi_at is not null as is_held,
        case
            when returned.has_times then returned.seconds between 0 and standard.days * 86400
            else returned.rhi_at::date - returned.return_date between 0 and standard.days
        end as is_within
    from returned
    asof left join reference.standard on
        standard.clock = 'return_interview'
        and standard.valid_from <= returned.return_date
)

select
    la_code,
    extract_date,
    case when return_date <= extract_date - 3 then date_trunc('month', return_date)::date end as month,
    person_id,
    record_id,
    'missing' as table_name,
    row_number,
    return_date as clock_start,
    return_date as event_date,
    return_date as attribute_date,
    in_care.under.legal_status,
    in_care.under.placement_type,
    return_date + days::int as due_date,
    is_held,
    coalesce(not rhi_accepted, false) as is_declined,
    coalesce(is_held and is_within, false) as is_in_time,
    case
        when not rhi_accepted then 'The interview was not accepted'
        when rhi_at is null then 'No interview was held'
        when has_times and seconds < 0 or rhi_at::date < return_date then 'The interview is dated before the return'
        else 'The interview was held after three days'
    end as reason
from timed
left join in_care using (la_code, extract_date, row_number, record_id)
