-- One row per authority of the run and extract date at which its figures may change: from its earliest new version on,
-- and before these one that stands for all that was known (`is_base`). A withdrawn extract is no moment any more.
with
first_new as (
    select la_code, min(extract_date) as extract_date from new_version group by la_code
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
    select published.la_code, published.extract_date, null
    from published
    inner join first_new on
        first_new.la_code = published.la_code and published.extract_date >= first_new.extract_date
    anti join new_version as new on
        new.la_code = published.la_code and new.extract_date = published.extract_date
)

select la_code, extract_date, max(version) as version, false as is_base
from listed
group by la_code, extract_date
union all
select la_code, extract_date - 1, null, true
from first_new
