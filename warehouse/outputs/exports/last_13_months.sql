-- One row per measure, month, period, breakdown and category of the last thirteen months: a worksheet has room for these.
select *
from written
where month > (select max(month) from written) - interval 13 month
