-- One row per publication of the run and measure that its extract could not give.
select new_version.version, new_version.la_code, not_computable.measure_code, not_computable.reason
from new_version
inner join measures.not_computable using (la_code, extract_date)
order by new_version.version, not_computable.measure_code
