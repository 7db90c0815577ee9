-- One row per publication of the run: the reference figures that were loaded.
select new_version.version, definitions.reference_sha256
from new_version
cross join reference.definitions
order by new_version.version
