-- One row per figure of the version in `figure_of_version` that its extract covers and that is not the same in
-- monthly_kpi_current, or is in one of them only.
with
figure_of_period as (
    select
        figure.measure_code, figure.month, figure.period, figure as figures, coverage.first_month as covered_from,
        coverage.last_month, coverage.months_left_out,
        case
            when figure.period = 'month' then figure.month
            when figure.period = 'rolling_12_months' then (figure.month - interval 11 month)::date
            when measure.quarter_making = 'last_month' then figure.month
            when figure.period = 'quarter' then (figure.month - interval 2 month)::date
            else make_date((year(figure.month) - (month(figure.month) < 4)::int)::int, 4, 1)
        end as first_month
    from figure_of_version as figure
    inner join measure_coverage as coverage using (measure_code)
    inner join measure using (measure_code)
),

figure_then as (
    select measure_code, month, period, figures
    from figure_of_period
    where
        month <= last_month
        and first_month >= covered_from
        and len(list_filter(coalesce(months_left_out, []), lambda one: one between first_month and month)) = 0
),

figure_now as (
    select measure_code, month, period, {
        'measure_code': measure_code, 'month': month, 'period': period, 'numerator': numerator,
        'denominator': denominator, 'value': value, 'missing_start': missing_start, 'status': status
    } as figures
    from monthly_kpi_current
)

select measure_code, strftime(month, '%Y-%m') as month, period
from figure_then
full join figure_now using (measure_code, month, period)
where figure_then.figures is distinct from figure_now.figures
order by measure_code, month, period
