-- One row per point of the run's authorities that differs from what is published of it; `gone` where it has no figure now.
-- Reads figure, point, spc_published and new_version.
with
first_version as (
    select la_code, min(version) as version from new_version group by la_code
),

different as (
    from point except all from spc_published
    union all by name
    select la_code, measure_code, month, 'gone' as assessment
    from spc_published
    anti join figure using (la_code, measure_code, month)
)

select different.*, first_version.version
from different
inner join first_version using (la_code)
order by different.la_code, different.measure_code, different.month
