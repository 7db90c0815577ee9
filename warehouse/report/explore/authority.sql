-- One row per authority with figures: of which publication they are, and from which month they are provisional.
select
    kpi_version.la_code, coalesce(any_value(authority.name), kpi_version.la_code) as name,
    max(kpi_version.extract_date) as extract_date,
    arg_max(kpi_version.version, {'extract_date': kpi_version.extract_date, 'version': kpi_version.version}) as version,
    (
        select min(12 * year(ended.month) + month(ended.month) - 1)
        from monthly_kpi_ended as ended
        where ended.la_code = kpi_version.la_code and ended.status = 'provisional'
    ) as provisional_from
from kpi_version
inner join published_extract using (la_code, extract_date)
left join authority using (la_code)
group by kpi_version.la_code
order by name
