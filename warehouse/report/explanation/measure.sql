-- One row per measure, in the order in which measures are shown.
select
    measure_code, title, definition, numerator, denominator, kind, unit, polarity, source, benchmark_note,
    definition_version
from kpi.measure
order by position
