-- One row per working day of the ten after a date.
select date
from reference.calendar
where is_working_day and date > $extract_date
order by date
limit 10
