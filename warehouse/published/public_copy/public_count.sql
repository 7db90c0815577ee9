-- One row per authority, measure and ended month: the ranges in which its two counts lie, the cases and those of them
-- that did not meet the measure. Nothing else of the figures gets into the public copy (definitions 13.2).
with
counted as (
    select
        figure.la_code, figure.measure_code, figure.month, figure.status, measure.kind,
        case when measure.kind = 'rate_of_snapshot' then figure.denominator end as population,
        case when measure.kind = 'rate_of_snapshot' then figure.numerator else figure.denominator end::bigint as cases,
        case
            when measure.kind <> 'rate_of_snapshot' then figure.denominator - figure.numerator
        end::bigint as not_met
    from kpi.monthly_kpi_current as figure
    inner join kpi.measure using (measure_code)
    semi join (select unnest($measures) as measure_code) using (measure_code)
    where figure.period = 'month' and figure.status <> 'to_date' and figure.status is not null
),

ranged as (
    -- 0, and then ranges of five: 1 to 5, 6 to 10 and so on.
    select
        * exclude (cases, not_met),
        list_transform(
            [cases, not_met],
            lambda number: case
                when number = 0 then {'low': 0, 'high': 0}
                else {'low': (number - 1) // 5 * 5 + 1, 'high': (number - 1) // 5 * 5 + 5}
            end
        ) as number_range
    from counted
)

select
    la_code, measure_code, month, status, kind, population,
    number_range[1].low as cases_low, number_range[1].high as cases_high,
    number_range[2].low as not_met_low, number_range[2].high as not_met_high
from ranged
order by la_code, measure_code, month
