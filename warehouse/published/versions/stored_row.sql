-- One row per stored figure of the run's authorities and extract date, of extracts that are not withdrawn: as the latest
-- version of that date has it, `figures` NULL where the figure was blanked.
with
withdrawn as (
    select la_code, extract_date
    from kpi.kpi_version
    group by la_code, extract_date
    having arg_max(coalesce(kind, 'publication'), version) = 'withdrawal'
),

stored as (
    select la_code, measure_code, '' as breakdown, '' as category, month, period, extract_date, version, numerator,
        denominator, value, missing_start, status
    from kpi.monthly_kpi
    union all
    select la_code, measure_code, breakdown, category, month, period, extract_date, version, numerator, denominator,
        value, 0, status
    from kpi.monthly_kpi_breakdown
),

latest as (
    select
        series.series_id, series.la_code, stored.month, stored.period::period as period, stored.extract_date,
        arg_max(
            {
                'numerator': stored.numerator, 'denominator': stored.denominator, 'value': stored.value,
                'missing_start': stored.missing_start, 'status': stored.status
            },
            stored.version
        ) as figures
    from stored
    inner join series using (la_code, measure_code, breakdown, category)
    anti join withdrawn using (la_code, extract_date)
    group by all
)

select * replace (case when figures.status is not null then figures end as figures)
from latest
