-- One row: why the authority's latest extract could not give the measure, or not all of it; none where it could.
select reason
from kpi.not_computable
where la_code = $la_code and measure_code = $measure_code and extract_date = $extract_date
