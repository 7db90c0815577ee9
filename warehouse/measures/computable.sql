-- One row per extract of the run and measure that it has the tables and columns for.
select run_extract.la_code, run_extract.extract_date, measure.measure_code
from raw.run_extract
cross join measures.measure
where not exists (
    from measures.not_computable
    where
        not_computable.la_code = run_extract.la_code
        and not_computable.extract_date = run_extract.extract_date
        and not_computable.measure_code = measure.measure_code
        and not not_computable.has_count
)
