-- One row per publication of the run.
insert into kpi.kpi_version
select
    new_version.version, new_version.la_code, new_version.extract_date, $published_at, new_version.inputs_sha256,
    $definitions_sha256, $code_version, $run_id, count(change.version)
from new_version
left join change on change.version = new_version.version and change.extract_date = new_version.extract_date
group by new_version.version, new_version.la_code, new_version.extract_date, new_version.inputs_sha256
order by new_version.version
