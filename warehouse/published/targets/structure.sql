-- The structure of targets in kpi.duckdb.

-- One row per target that a publication of an authority was made with. Append-only.
create table if not exists target_version (
    version integer not null, la_code varchar not null, measure_code varchar not null, valid_from date not null,
    valid_to date, target double not null, tolerance double not null, scope varchar not null, source varchar not null
);

-- One row per target of an authority, as its latest publication was made with it. Both ends are included; without
-- `valid_to` it is open. `target` and `tolerance` are in the unit of the measure.
create or replace view target as
select * exclude (version)
from target_version
semi join (
    select la_code, max(version) as version
    from kpi_version
    where coalesce(kind, 'publication') = 'publication'
    group by la_code
) as latest using (la_code, version);
