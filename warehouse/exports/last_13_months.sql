-- One row per measure, month, period, breakdown and category of the last thirteen months: a worksheet has room for these.
select written.*
from written
inner join measure using (measure_code)
where written.month > (select max(month) from written) - interval 13 month
order by measure.position, written.breakdown, written.category, written.period, written.month
