-- One row per working day: the date that carries each working day number, so that number + N is N working days later.
select
    working_day_number,
    date
from reference.calendar
where is_working_day
order by working_day_number
