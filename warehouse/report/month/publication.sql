-- One row per publication of an authority, with its last ended month and what it was made with.
select kpi_version.version, kpi_version.extract_date, kpi_version.published_at, kpi_version.code_version
from kpi_version
where kpi_version.la_code = $la_code
order by kpi_version.version
