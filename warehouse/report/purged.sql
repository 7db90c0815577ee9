-- One row: when the authority's rows about children of an extract were last purged; NULL where they never were.
select max(purged_at) as purged_at
from casework.purge
where la_code = $la_code and extract_date = $extract_date
