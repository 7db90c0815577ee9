-- One row: the publication that casework.duckdb belongs to.
select max(version) as version from publication
