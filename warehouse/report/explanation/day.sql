-- One row per day from the start to the end, both included: whether it is a working day, and if not, why;
-- `source`: where a bank holiday is listed.
select
    calendar.date, calendar.is_working_day,
    calendar.non_working_reason || if(bank_holiday.is_projected, ', projected: not announced yet', '') as non_working_reason,
    bank_holiday.version as source
from reference.calendar
left join reference.bank_holiday
    on bank_holiday.date = calendar.date and bank_holiday.division = 'england-and-wales'
where calendar.date between $first and $last
order by calendar.date
