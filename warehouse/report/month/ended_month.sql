-- One row per ended month that a version has figures of.
select distinct month
from monthly_kpi_at_version($version)
where status <> 'to_date' and status is not null
order by month
