-- One row per published extract, of a file without withdrawals: its latest version and what that was made of.
select la_code, extract_date, version, inputs_sha256, definitions_sha256, false
from kpi_version
qualify row_number() over (partition by la_code, extract_date order by version desc) = 1
