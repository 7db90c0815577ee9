-- One row per setting that a version was published with.
select key, value
from version_setting
where version = $version
