-- One row per measure of the latest year to 31 March that had ended by the month reported and that DfE has published: the
-- reconciliation as the authority's last version of then, at the latest the one reported, had it.
with
known as (
    select *
    from reconciliation_version
    where
        version = (
            select max(version) from reconciliation_version where la_code = $la_code and version <= $version
        )
        and la_code = $la_code
        and published_value is not null
        and year_end <= last_day($month::date)
)

select known.*
from known
inner join measure using (measure_code)
where year_end = (select max(year_end) from known)
order by measure.position
