-- The structure of signals in kpi.duckdb.

-- One row per authority, measure, ended month and version in which its point differed: what is judged of the month, the
-- centre and limits that it was published with, and what it is by them. Append-only.
create table if not exists spc_point_version (
    la_code varchar not null, measure_code varchar not null, month date not null, chart varchar, numerator double,
    denominator double, value double, judged double, phase bigint, since date, rebased_on date, is_recorded boolean,
    centre double, spread double, lower_limit double, upper_limit double, assessment varchar not null, rule varchar,
    direction varchar, moving_since date, version integer not null
);

-- One row per authority, measure and ended month of a series: its point as it is published now.
create or replace view spc_point as
select * exclude (version)
from (
    from spc_point_version
    qualify row_number() over (partition by la_code, measure_code, month order by version desc) = 1
) as latest
where assessment <> 'gone';

-- One row per measure and ended month of the series of a version's authority: its point as the version left it.
create or replace macro spc_point_at_version(at_version) as table
select latest.* exclude (version)
from (
    select point.*
    from spc_point_version as point
    inner join kpi_version as named on
        named.version = at_version
        and point.la_code = named.la_code
        and point.version <= named.version
    qualify row_number() over (partition by point.measure_code, point.month order by point.version desc) = 1
) as latest
where assessment <> 'gone';
