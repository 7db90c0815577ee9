-- One row per figure that the run's versions add, as it is published.
select
    series.la_code, series.measure_code, series.breakdown, series.category, changed.series_id, changed.month,
    changed.period::varchar as period, changed.figures.numerator, changed.figures.denominator, changed.figures.value,
    measure.unit, changed.figures.missing_start, changed.figures.status, changed.extract_date, changed.version,
    measure.definition_version, changed.is_restated, changed.was_final, changed.is_exact
from changed_figure as changed
inner join series using (series_id)
inner join measures.measure using (measure_code)
