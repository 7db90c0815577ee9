-- One row per measure, month, period, breakdown and category of the last thirteen months: a worksheet has room for these.
select *
from read_parquet($whole)
where month > (select max(month) from read_parquet($whole)) - interval 13 month
