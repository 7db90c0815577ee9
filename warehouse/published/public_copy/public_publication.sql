-- One row: the publication that the copy was made of; kpi.duckdb's is the highest in kpi_version.
select coalesce(max(version), 0) as version, max(published_at) as published_at
from kpi.kpi_version
