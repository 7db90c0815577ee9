-- One row per day from the start to the end, both included: whether it is a working day, and if not, why.
select date, is_working_day, non_working_reason
from reference.calendar
where date between $first and $last
order by date
