-- One row per calendar and date from 2000-01-01 to 2035-12-31. Calendar 0 is everybody's but that of an authority which
-- declares closure days of its own; the macro calendar_of(la_code) says which is whose.
-- working_day_number counts the working days up to and including the date, so the working days in (start, end] are the
-- number at the end less the number at the start, whatever day of the week either falls on.
with judged as (
    select
        calendar.calendar_number,
        day.date,
        case
            when isodow(day.date) > 5 then 'weekend'
            when bank_holiday.title is not null then bank_holiday.title
            when list_contains(getvariable('local_extra_non_working_days')::date[], day.date) then 'local closure'
            when own_closure_day.date is not null then 'local closure'
        end as non_working_reason
    from (
        select 0 as calendar_number union select calendar_number from reference.own_closure_day
    ) as calendar
    cross join (
        select unnest(generate_series(date '2000-01-01', date '2035-12-31', interval 1 day))::date as date
    ) as day
    left join reference.bank_holiday
        on bank_holiday.date = day.date
        and bank_holiday.division = 'england-and-wales'
    left join (select distinct calendar_number, date from reference.own_closure_day) as own_closure_day
        on own_closure_day.calendar_number = calendar.calendar_number
        and own_closure_day.date = day.date
)
select
    calendar_number,
    date,
    non_working_reason is null as is_working_day,
    (sum((non_working_reason is null)::integer) over (
        partition by calendar_number order by date rows unbounded preceding
    ))::integer as working_day_number,
    non_working_reason
from judged
order by calendar_number, date
