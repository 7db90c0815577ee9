-- One row per authority, measure, breakdown and category that the run's versions may touch, numbered in the order of these
-- names. `whole_id`: the series of the whole; `source_id`: the one whose months its longer periods are made of.
with
of_run as (
    select distinct la_code from new_version
),

own as (
    select la_code, extract_date, measure_code, '' as breakdown, '' as category from measures.month_figure
    union all
    select la_code, extract_date, measure_code, '', '' from measures.period_figure
    union all
    select la_code, extract_date, measure_code, breakdown, category from measures.month_breakdown
    union all
    select la_code, extract_date, measure_code, breakdown, category from measures.period_breakdown
),

given as (
    select la_code, measure_code, breakdown, category
    from own
    semi join (from new_version where kind = 'publication') as new using (la_code, extract_date)
    union
    select la_code, measure_code, '', '' from kpi.monthly_kpi semi join of_run using (la_code)
    union
    select la_code, measure_code, breakdown, category from kpi.monthly_kpi_breakdown semi join of_run using (la_code)
),

named as (
    from given
    union
    select given.la_code, measure.measure_code, given.breakdown, given.category
    from given
    inner join measures.measure on measure.made_of = given.measure_code
    union
    select la_code, measure_code, '', '' from given
),

numbered as (
    select *, row_number() over (order by la_code, measure_code, breakdown, category)::integer as series_id
    from named
)

select
    numbered.*, whole.series_id as whole_id, source.series_id as source_id, measure.month_making,
    measure.twelve_months_making, measure.quarter_making
from numbered
inner join (from numbered where breakdown = '') as whole using (la_code, measure_code)
left join measures.measure using (measure_code)
left join numbered as source on
    source.la_code = numbered.la_code
    and source.measure_code = measure.made_of
    and source.breakdown = numbered.breakdown
    and source.category = numbered.category
