-- One row per published extract that is not withdrawn: the columns that had values, by table, each with the share of rows
-- that had one (NULL: an earlier release did not count them), and the hashes of its tables' files, as at its latest version.
with
latest as (
    select la_code, extract_date, max(version) as version
    from kpi_version
    semi join published_extract using (la_code, extract_date)
    where coalesce(kind, 'publication') = 'publication'
    group by la_code, extract_date
),

held as (
    select version, map_from_entries(list({'key': table_name, 'value': names})) as names
    from (
        select
            version, table_name,
            map_from_entries(list({'key': column_name, 'value': filled / row_count})) as names
        from version_column
        group by version, table_name
    )
    group by version
),

file as (
    select version, list(distinct sha256) as hashes from version_file where file_name not like '%.md' group by version
)

select latest.la_code, latest.extract_date, held.names, file.hashes
from latest
left join held using (version)
left join file using (version)
