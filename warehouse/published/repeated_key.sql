-- One row per key, extract date and version that has more than one row; none, if all is well.
select la_code, measure_code, month, period, extract_date, version
from monthly_kpi
group by la_code, measure_code, month, period, extract_date, version
having count(*) > 1
