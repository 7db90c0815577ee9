-- One row per publication of the run and setting that decides numbers.
select new_version.version, setting_value.key, setting_value.value
from new_version
cross join reference.setting_value
order by new_version.version, setting_value.key
