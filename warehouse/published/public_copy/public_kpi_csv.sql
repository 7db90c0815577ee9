-- One row per row of public_kpi, with the symbol where there is no number, and the publication.
select
    la_code, measure_code, month, period,
    coalesce(numerator::varchar, numerator_symbol) as numerator,
    coalesce(denominator::varchar, denominator_symbol) as denominator,
    coalesce(regexp_replace(value::varchar, '\.0$', ''), value_symbol) as value,
    coalesce(regexp_replace(value_low::varchar, '\.0$', ''), value_symbol) as value_low,
    coalesce(regexp_replace(value_high::varchar, '\.0$', ''), value_symbol) as value_high,
    unit, status, extract_date, version
from public_kpi cross join public_publication
order by public_kpi.rowid
