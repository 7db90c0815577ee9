-- One row per measure, period, breakdown, category and ended month of an authority. A month is 12 x year + month - 1. The
-- measure as a whole has neither breakdown nor category.
with
figure as (
    select measure_code, period, null as breakdown, null as category, month, numerator, denominator, value
    from monthly_kpi_ended
    where la_code = $la_code
    union all
    select measure_code, period, breakdown, category, month, numerator, denominator, value
    from monthly_kpi_breakdown_current
    where la_code = $la_code and status in ('provisional', 'final') and $has_breakdowns
)

select
    figure.measure_code, figure.period, figure.breakdown, figure.category,
    12 * year(figure.month) + month(figure.month) - 1 as month, figure.numerator, figure.denominator, figure.value
from figure
inner join measure using (measure_code)
order by
    measure.position, figure.period, figure.breakdown nulls first, figure.category = 'not recorded',
    -- Ages by age, what has no number in it by name.
    case figure.category when 'unborn' then -2 when 'under 1' then -1 end,
    try_cast(regexp_extract(figure.category, '^\d+') as integer), figure.category, figure.month
