-- One row: the publication that kpi.duckdb belongs to.
select max(version) as version from kpi_version
