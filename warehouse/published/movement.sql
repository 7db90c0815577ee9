-- One row per thing to look at of the versions after one: of an authority's latest ended month what its sentence says
-- that is new, and a final month restated by more than 5 points, or 5% of what it was.
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
    said.la_code, said.measure_code, said.month, said.sentence, null as value, null as value_before,
    null as decimal_places, null as unit
from spc_sentence as said
inner join latest_month using (la_code, month)
where said.is_news
union all
select
    restated.la_code, restated.measure_code, restated.month, null, restated.value, restated.value_before,
    measure.decimal_places, restated.unit
from publication_change as restated
inner join measure using (measure_code)
where
    restated.version > $after_version
    and restated.period = 'month'
    and restated.was_final
    and abs(restated.change) > case when restated.unit = 'percent' then 5 else abs(restated.value_before) * 0.05 end
order by all
