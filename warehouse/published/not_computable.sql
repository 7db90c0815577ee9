-- What the run's extracts could not give, in place of what was listed for them.
delete from kpi.not_computable where (la_code, extract_date) in (from raw.run_extract);
insert into kpi.not_computable select la_code, measure_code, extract_date, reason from measures.not_computable;
