-- One row per measure.
select
    measure_code, title, definition, numerator, denominator, kind, unit, polarity, decimal_places, source, benchmark_note,
    definition_version
from measure
order by position
