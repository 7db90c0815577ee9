-- One row per child and stretch of days in which one team holds the case: that of the primary allocation open on the day,
-- of several the one that began last, of one day the later in the file. From `from_date` up to, not including, `until_date`.
with
allocation as (
    select la_code, extract_date, person_id, start_date, coalesce(end_date, date '9999-12-31') as end_date, team,
        -- In a table of several lists two rows may have one number.
        start_date::varchar || lpad(row_number::varchar, 10, '0') || worker_id as latest_first
    from staged.allocation
    where coalesce(is_primary, true) and (end_date is null or end_date > start_date)
),

turn as (
    select distinct la_code, extract_date, person_id, unnest([start_date, end_date]) as from_date
    from allocation
),

stretch as (
    select
        *,
        lead(from_date) over (partition by la_code, extract_date, person_id order by from_date) as until_date
    from turn
)

select
    stretch.la_code, stretch.extract_date, stretch.person_id, stretch.from_date, stretch.until_date,
    arg_max(allocation.team, allocation.latest_first) as team
from stretch
inner join allocation on
    allocation.la_code = stretch.la_code
    and allocation.extract_date = stretch.extract_date
    and allocation.person_id = stretch.person_id
    and allocation.start_date <= stretch.from_date
    and allocation.end_date > stretch.from_date
where stretch.until_date is not null
group by stretch.la_code, stretch.extract_date, stretch.person_id, stretch.from_date, stretch.until_date
