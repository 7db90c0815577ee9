-- One row per authority: its latest extract that is not withdrawn, and the latest publication of that.
select la_code, extract_date, version, published_at
from kpi.kpi_version
semi join kpi.published_extract using (la_code, extract_date)
qualify row_number() over (partition by la_code order by extract_date desc, version desc) = 1
order by la_code
