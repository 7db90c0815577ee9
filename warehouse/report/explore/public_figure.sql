-- One row per measure, period and month of an authority in the public copy; in the place of a number that is not given
-- stands its symbol. A month is 12 x year + month - 1.
select
    measure_code, period, null as breakdown, null as category, 12 * year(month) + month(month) - 1 as month,
    coalesce(numerator::varchar, numerator_symbol) as numerator,
    coalesce(denominator::varchar, denominator_symbol) as denominator, coalesce(value::varchar, value_symbol) as value
from public_kpi
where la_code = $la_code
order by measure_code, period, month
