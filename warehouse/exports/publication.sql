-- One row per authority: the publication that its current figures begin with, its latest extract's latest version, and
-- the latest version of all, by which anything may have changed.
select
    kpi_version.la_code, coalesce(any_value(authority.name), kpi_version.la_code) as authority,
    max(kpi_version.extract_date) filter (published_extract.la_code is not null) as extract_date,
    arg_max(
        kpi_version.version, {'extract_date': kpi_version.extract_date, 'version': kpi_version.version}
    ) filter (published_extract.la_code is not null) as version,
    max(kpi_version.version) as latest_version,
    arg_max(kpi_version.published_at, kpi_version.version) as published_at
from kpi_version
left join published_extract using (la_code, extract_date)
left join authority on authority.la_code = kpi_version.la_code
group by kpi_version.la_code
having count(published_extract.la_code) > 0
order by kpi_version.la_code
