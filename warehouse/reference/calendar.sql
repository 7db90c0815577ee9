-- One row per date from 2000-01-01 to 2035-12-31.
-- working_day_number counts the working days up to and including the date, so the working days in (start, end] are the
-- number at the end less the number at the start, whatever day of the week either falls on.
with judged as (
    select
        day.date,
        case
            when isodow(day.date) > 5 then 'weekend'
            when bank_holiday.title is not null then bank_holiday.title
            when list_contains(getvariable('local_extra_non_working_days')::date[], day.date) then 'local closure'
        end as non_working_reason
    from (
        select unnest(generate_series(date '2000-01-01', date '2035-12-31', interval 1 day))::date as date
    ) as day
    left join reference.bank_holiday
        on bank_holiday.date = day.date
        and bank_holiday.division = 'england-and-wales'
)
select
    date,
    non_working_reason is null as is_working_day,
    (sum((non_working_reason is null)::integer) over (order by date rows unbounded preceding))::integer
        as working_day_number,
    non_working_reason
from judged
order by date
