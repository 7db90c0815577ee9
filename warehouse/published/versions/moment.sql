-- One row per authority of the run and extract date at which its figures may change: from its earliest new version
-- (`first_date`) on. A withdrawn extract is no moment any more. `previous_date`: the
-- authority's moment before, `is_only`: it has no other.
with
first_new as (
    select la_code, min(extract_date) as first_date from new_version group by la_code
),

published as (
    select la_code, extract_date
    from kpi.kpi_version
    group by la_code, extract_date
    having arg_max(coalesce(kind, 'publication'), version) = 'publication'
),

listed as (
    select la_code, extract_date, version from new_version where kind = 'publication'
    union all
    select la_code, extract_date, null from published anti join new_version using (la_code, extract_date)
)

select
    listed.la_code, listed.extract_date, max(listed.version) as version, first_new.first_date,
    lag(listed.extract_date) over moments as previous_date,
    count(*) over (partition by listed.la_code) = 1 as is_only
from listed
inner join first_new on first_new.la_code = listed.la_code and first_new.first_date <= listed.extract_date
group by listed.la_code, listed.extract_date, first_new.first_date
window moments as (partition by listed.la_code order by listed.extract_date)
