-- One row per measure that the service wrote about for the month: its latest words by a version.
select measure_code, author, written_on, text, version
from commentary
where la_code = $la_code and month = $month and version <= $version
qualify row_number() over (partition by measure_code order by version desc) = 1
