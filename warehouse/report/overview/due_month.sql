-- One row per month of which an authority's overview has fallen due and is not written as was then known, or later is.
with
-- What was known at 06:00 UTC of the day; the overview shows the authority's latest extract, and its latest version.
fallen_due as (
    select
        version.la_code, due_month.month,
        max({'extract_date': version.extract_date, 'version': version.version})
            filter (version.published_at < due_month.due_on::timestamp + interval 6 hours) as known
    from kpi_version as version
    cross join due_month
    group by version.la_code, due_month.month, due_month.due_on
    having date_trunc('month', min(version.published_at)) <= due_month.due_on
),

shown as (
    select
        written.la_code, written.month,
        max({'extract_date': version.extract_date, 'version': version.version}) as known
    from written
    inner join kpi_version as version on version.version = written.version and version.la_code = written.la_code
    group by written.la_code, written.month
)

select distinct fallen_due.month
from fallen_due
semi join monthly_kpi_current as figure
    on figure.la_code = fallen_due.la_code and figure.month = fallen_due.month and figure.status <> 'to_date'
left join shown on shown.la_code = fallen_due.la_code and shown.month = fallen_due.month
where shown.known is null or shown.known < fallen_due.known
order by fallen_due.month
