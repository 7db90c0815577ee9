-- One row per return of a child that was missing, any child: whether a return home interview was held in time. One of
-- the last three days before the extract has time left and counts in no month.
with
returned as (
    select
        missing.*,
        missing.end_at::date as return_date,
        missing.end_at::time <> time '00:00' and missing.rhi_at::time <> time '00:00' as has_times,
        floor(
            epoch(missing.rhi_at at time zone 'Europe/London') - epoch(missing.end_at at time zone 'Europe/London')
        )
            as seconds
    from staged.missing
    where missing.type = 'M' and missing.end_at is not null
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
