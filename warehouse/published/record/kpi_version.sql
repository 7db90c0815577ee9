-- One row per version of the run.
select
    new_version.version, new_version.la_code, new_version.extract_date, $published_at as published_at,
    new_version.inputs_sha256, $definitions_sha256 as definitions_sha256, $code_version as code_version,
    $run_id as run_id, count(change.version) as rows_changed, new_version.kind, new_version.reason
from new_version
left join (from change where breakdown = '') as change
    on change.version = new_version.version and change.extract_date = new_version.extract_date
group by all
order by new_version.version
