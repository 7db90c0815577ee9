-- One row per figure of the version in `figure_of_version` that is not the same in measures.monthly_kpi, or is in one of
-- them only.
with
figure_then as (
    select measure_code, month, period, figure_of_version as figures
    from figure_of_version
),

figure_now as (
    select measure_code, month, period, {
        'measure_code': measure_code, 'month': month, 'period': period, 'numerator': numerator,
        'denominator': denominator, 'value': value, 'missing_start': missing_start, 'status': status
    } as figures
    from measures.monthly_kpi
    semi join raw.run_extract using (la_code, extract_date)
)

select measure_code, strftime(month, '%Y-%m') as month, period
from figure_then
full join figure_now using (measure_code, month, period)
where figure_then.figures is distinct from figure_now.figures
order by measure_code, month, period
