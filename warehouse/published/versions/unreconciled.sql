-- One row per figure of an authority's latest extract that its cases do not sum to; none, if all is well. Asked of the
-- kinds whose cases add up, and of the months that the extract covers.
with
case_sum as (
    select la_code, measure_code, month, sum(numerator) as numerator, sum(denominator) as denominator
    from casework.kpi_case
    semi join latest_extract using (la_code)
    group by la_code, measure_code, month
),

figure as (
    select current.*, measure.is_rate, measure.is_count
    from kpi.monthly_kpi_current as current
    semi join latest_extract using (la_code)
    inner join measures.measure using (measure_code)
    inner join casework.covered on
        covered.la_code = current.la_code
        and covered.measure_code = current.measure_code
        and current.month between covered.first_month and covered.last_month
    where current.period = 'month' and current.status is not null and measure.adds_up
)

select
    coalesce(figure.la_code, case_sum.la_code) as la_code,
    coalesce(figure.measure_code, case_sum.measure_code) as measure_code,
    coalesce(figure.month, case_sum.month) as month
from figure
full join (
    from case_sum semi join (from measures.measure where adds_up and month_making = 'pooled') using (measure_code)
) as case_sum using (la_code, measure_code, month)
where
    abs(coalesce(figure.numerator, 0) - coalesce(case_sum.numerator, 0)) > 1e-9
    or (
        not coalesce(figure.is_rate or figure.is_count, false)
        and abs(coalesce(figure.denominator, 0) - coalesce(case_sum.denominator, 0)) > 1e-9
    )
