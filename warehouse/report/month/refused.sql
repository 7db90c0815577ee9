-- One row per extract of an authority that was refused before a version was published.
select extract_date, refused_at, reason, version
from refused_extract
where la_code = $la_code and version <= $version
order by extract_date desc, refused_at desc, reason
