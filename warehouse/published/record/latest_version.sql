-- One row per published extract: its latest version, what that was made of, and whether it is a withdrawal.
select la_code, extract_date, version, inputs_sha256, definitions_sha256, kind is not distinct from 'withdrawal'
from kpi_version
qualify row_number() over (partition by la_code, extract_date order by version desc) = 1
