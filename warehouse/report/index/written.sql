-- One row per overview that lies in the folder: whether figures of its month have since been restated, newest month first.
with
as_written as (
    select written.la_code, written.month, written.version, kpi.measure_code, kpi.period, kpi.numerator, kpi.denominator, kpi.value
    from written
    inner join kpi_version on kpi_version.version = written.version and kpi_version.la_code = written.la_code
    inner join monthly_kpi as kpi on
        kpi.la_code = written.la_code
        and kpi.month = written.month
        and kpi.version <= written.version
        and kpi.extract_date <= kpi_version.extract_date
    qualify
        row_number() over (
            partition by written.la_code, written.month, written.version, kpi.measure_code, kpi.period
            order by kpi.extract_date desc, kpi.version desc
        ) = 1
),

restated as (
    select as_written.la_code, as_written.month, as_written.version
    from as_written
    inner join kpi.main.monthly_kpi_current as current_kpi using (la_code, month, measure_code, period)
    where
        current_kpi.numerator is distinct from as_written.numerator
        or current_kpi.denominator is distinct from as_written.denominator
        or current_kpi.value is distinct from as_written.value
    group by as_written.la_code, as_written.month, as_written.version
)

select
    written.la_code,
    coalesce(authority.name, 'Authority ' || written.la_code) as name,
    written.month,
    written.version,
    kpi_version.extract_date,
    written.path,
    case
        when kpi_version.version is null then 'unknown'
        when restated.version is not null then 'restated'
        else 'current'
    end as state
from written
left join authority using (la_code)
left join kpi_version on kpi_version.version = written.version and kpi_version.la_code = written.la_code
left join restated on
    restated.la_code = written.la_code and restated.month = written.month and restated.version = written.version
order by written.month desc, name, written.version desc
