-- One row: a named version, and what it was made of as far as that was kept.
select
    kpi_version.la_code, kpi_version.extract_date, kpi_version.definitions_sha256, kpi_version.code_version,
    (select reference_sha256 from version_reference where version_reference.version = kpi_version.version),
    (
        select map_from_entries(list({'key': file_name, 'value': sha256}))
        from version_file
        where version_file.version = kpi_version.version
    ),
    (
        select map_from_entries(list({'key': key, 'value': value}))
        from version_setting
        where version_setting.version = kpi_version.version
    )
from kpi_version
where kpi_version.version = $version
