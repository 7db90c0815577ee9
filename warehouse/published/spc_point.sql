-- One row per authority, measure and ended month: the figure with the centre and limits of its phase.
-- Reads monthly_kpi_current, measure and spc_rebase. Why each rule: docs/decisions/0009-signals.md.
with
placed as (
    select
        kpi.la_code, kpi.measure_code, kpi.month,
        case when starts_with(measure.kind, 'share') then 'p' else 'xmr' end as chart,
        kpi.numerator, kpi.denominator, kpi.value,
        spc_rebase.month as rebased_from
    from monthly_kpi_current as kpi
    inner join measure on measure.measure_code = kpi.measure_code
    asof left join spc_rebase
        on spc_rebase.la_code = kpi.la_code
        and spc_rebase.measure_code = kpi.measure_code
        and spc_rebase.month <= kpi.month
    where kpi.period = 'month' and kpi.status <> 'to_date' and kpi.status is not null
),

phased as (
    select
        * exclude (rebased_from),
        dense_rank() over (partition by la_code, measure_code order by rebased_from nulls first)::integer as phase
    from placed
),

ranged as (
    -- From one figure to the next, also over a month without one: so the ranges are all nought only where all figures are
    -- the same.
    select *, abs(value - lag(value ignore nulls) over series) as moving_range
    from phased
    window series as (partition by la_code, measure_code, phase order by month)
),

phase_total as (
    -- Ordered, so that the last digit does not depend on which thread came first.
    select
        la_code, measure_code, phase,
        count(value) as months,
        sum(numerator) as cases,
        sum(denominator) as all_cases,
        avg(value order by month) as mean_value,
        avg(moving_range order by month) as mean_moving_range
    from ranged
    group by la_code, measure_code, phase
),

judged as (
    select
        phased.*,
        case phased.chart
            when 'p' then 100 * phase_total.cases / nullif(phase_total.all_cases, 0) else phase_total.mean_value
        end as centre,
        case phased.chart
            when 'p' then
                100 * sqrt(
                    phase_total.cases * (phase_total.all_cases - phase_total.cases) / nullif(phased.denominator, 0)
                ) / nullif(phase_total.all_cases, 0)
            else 2.66 * phase_total.mean_moving_range / 3
        end as sigma,
        case
            when phase_total.months < 12 then 'too_few_months'
            when phased.value is null then 'too_few_cases'
            -- Multiplied out, whole numbers: exactly five is enough.
            when
                phased.chart = 'p'
                and phased.denominator * least(phase_total.cases, phase_total.all_cases - phase_total.cases)
                < 5 * phase_total.all_cases
                then 'too_few_cases'
            else 'judged'
        end as assessment
    from phased
    inner join phase_total using (la_code, measure_code, phase)
)

select
    la_code, measure_code, month, chart, phase, numerator, denominator, value, centre,
    case when assessment = 'judged' then greatest(centre - 3 * sigma, 0) end as lower_limit,
    case when assessment = 'judged' then least(centre + 3 * sigma, if(chart = 'p', 100, 'infinity'::double))
    end as upper_limit,
    case when assessment = 'judged' then greatest(centre - 2 * sigma, 0) end as lower_warning,
    case when assessment = 'judged' then least(centre + 2 * sigma, if(chart = 'p', 100, 'infinity'::double))
    end as upper_warning,
    assessment
from judged
