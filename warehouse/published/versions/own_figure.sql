-- One row per figure and new version whose extract covers it: the single months, and the periods counted anew.
with
month as (
    select la_code, extract_date, measure_code, '' as breakdown, '' as category, month, 'month' as period, numerator,
        denominator, null::double as value, missing_start, status
    from measures.month_figure
    union all
    select la_code, extract_date, measure_code, '', '', month, period, numerator, denominator, value, missing_start,
        status
    from measures.period_figure
    union all
    select la_code, extract_date, measure_code, breakdown, category, month, 'month', numerator, denominator, null, 0,
        status
    from measures.month_breakdown
    union all
    select la_code, extract_date, measure_code, breakdown, category, month, period, numerator, denominator, value, 0,
        status
    from measures.period_breakdown
)

select
    series.series_id, month.month, month.period::period as period, month.extract_date,
    {
        'numerator': month.numerator, 'denominator': month.denominator,
        'value': coalesce(
            month.value,
            case
                when measure.scale is not null then measure.scale * month.numerator / nullif(month.denominator, 0)
                when measure.is_count then month.numerator
            end
        ),
        'missing_start': month.missing_start, 'status': month.status
    } as figures
from month
semi join (from new_version where kind = 'publication') as new using (la_code, extract_date)
inner join measures.measure using (measure_code)
inner join series using (la_code, measure_code, breakdown, category)
