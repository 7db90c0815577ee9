-- One row per calendar and working day: the date that carries each working day number, so that number + N is N working days
-- later.
select
    calendar_number,
    working_day_number,
    date
from reference.calendar
where is_working_day
order by calendar_number, working_day_number
