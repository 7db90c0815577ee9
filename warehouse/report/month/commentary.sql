-- One row per measure that the service wrote about for the month: as the latest extract with words on the month has them,
-- by a version. What an extract was sent again without is withdrawn.
with
publication as (
    select kpi_version.version, kpi_version.extract_date
    from kpi_version
    inner join kpi_version as named on named.version = $version
    where
        kpi_version.la_code = $la_code
        and kpi_version.version <= named.version
        and kpi_version.extract_date <= named.extract_date
    qualify row_number() over (partition by kpi_version.extract_date order by kpi_version.version desc) = 1
)

select
    commentary.measure_code, commentary.author, commentary.written_on, commentary.text, commentary.version
from commentary
inner join publication using (version)
where commentary.la_code = $la_code and commentary.month = $month
qualify rank() over (order by publication.extract_date desc) = 1
