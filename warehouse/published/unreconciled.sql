-- One row per figure of an authority's latest extract that its cases do not sum to; none, if all is well.
with
case_sum as (
    select la_code, measure_code, month, sum(numerator) as numerator, sum(denominator) as denominator
    from casework.kpi_case
    group by la_code, measure_code, month
),

figure as (
    select current.*
    from kpi.monthly_kpi_current as current
    inner join kpi.measure using (measure_code)
    where current.period = 'month' and current.numerator is not null
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
