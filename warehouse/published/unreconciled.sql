-- One row per figure of an authority's latest extract that its cases do not sum to; none, if all is well.
-- An authority whose cases were purged has none to sum.
with
latest as (
    select la_code, extract_date, max(published_at) as published_at
    from kpi.kpi_version
    group by la_code, extract_date
    qualify row_number() over (partition by la_code order by extract_date desc) = 1
),

purged as (
    select la_code
    from latest inner join casework.purge using (la_code, extract_date)
    where
        purge.purged_at >= latest.published_at
        and latest.la_code not in (select la_code from casework.kpi_case)
),

checked as (
    -- While a lost file is made again, authority by authority, those that have had no turn have no cases yet.
    select distinct la_code from kpi.kpi_version where $is_whole
    union
    select la_code from latest_extract
),

case_sum as (
    select la_code, measure_code, month, sum(numerator) as numerator, sum(denominator) as denominator
    from casework.kpi_case
    semi join checked using (la_code)
    group by la_code, measure_code, month
),

figure as (
    select current.*
    from kpi.monthly_kpi_current as current
    semi join checked using (la_code)
    inner join kpi.measure using (measure_code)
    where
        current.period = 'month'
        and current.numerator is not null
        and current.la_code not in (select la_code from purged)
)

select
    coalesce(figure.la_code, case_sum.la_code) as la_code,
    coalesce(figure.measure_code, case_sum.measure_code) as measure_code,
    coalesce(figure.month, case_sum.month) as month
from figure
full join case_sum using (la_code, measure_code, month)
left join kpi.measure using (measure_code)
where
    coalesce(figure.numerator, 0) <> coalesce(case_sum.numerator, 0)
    or (
        measure.kind <> 'rate_of_snapshot'
        and coalesce(figure.denominator, 0) <> coalesce(case_sum.denominator, 0)
    )
