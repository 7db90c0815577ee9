-- One row per figure that the versions after one moved further than its history explains: an authority's latest ended
-- month that lies beyond its process limits, and a final month restated by more than 5 points, or 5% of what it was.
with
moved_by as (
    select la_code, max(extract_date) as extract_date
    from kpi_version
    where version > $after_version
    group by la_code
),

latest as (
    select la_code, max(extract_date) as extract_date from kpi_version group by la_code
),

latest_month as (
    select la_code, max(month) as month
    from spc_point semi join (from moved_by semi join latest using (la_code, extract_date)) using (la_code)
    group by la_code
)

select
    spc_point.la_code, spc_point.measure_code, spc_point.month, 'beyond_limits' as kind, spc_point.value,
    spc_point.lower_limit, spc_point.upper_limit, null as value_before, measure.decimal_places
from spc_point
inner join latest_month using (la_code, month)
semi join (from spc_signal where rule = 'beyond_limits') using (la_code, measure_code, month)
inner join measure using (measure_code)
union all
select
    restated.la_code, restated.measure_code, restated.month, 'restated', restated.value,
    null, null, restated.value_before, measure.decimal_places
from publication_change as restated
inner join measure using (measure_code)
where
    restated.version > $after_version
    and restated.period = 'month'
    and restated.was_final
    and abs(restated.change) > case when restated.unit = 'percent' then 5 else abs(restated.value_before) * 0.05 end
order by all
