-- One row per measure that a version could not give.
select measure_code, reason
from version_not_computable
where version = $version
order by measure_code
