-- One row per figure that the run's publications add: where what an extract says differs from what was known for its
-- date before. Read as a line of extract dates per key, each with its truth (NULL: nothing is known): a new extract's
-- truth is its result, an older publication's is what was known for it. A row is written where a date's own latest row,
-- or without one the date before it, would say otherwise; so a late correction of an old extract leaves every later
-- date as it was known.
create or replace temp table change as
with
moment as (
    select la_code, extract_date, any_value(version) as version
    from (
        select la_code, extract_date, version from new_version
        union all
        select la_code, extract_date, null from known_version
    )
    where la_code in (select la_code from new_version)
    group by la_code, extract_date
),

figure as (
    select
        la_code, measure_code, month, period, extract_date, unit, definition_version,
        {
            'numerator': numerator, 'denominator': denominator, 'value': value, 'missing_start': missing_start,
            'status': status
        } as figures
    from measures.monthly_kpi
    semi join new_version using (la_code, extract_date)
),

own as (
    select la_code, measure_code, month, period, extract_date, unit, definition_version,
        case
            when numerator is not null then {
                'numerator': numerator, 'denominator': denominator, 'value': value, 'missing_start': missing_start,
                'status': status
            }
        end as figures,
        true as is_own
    from known_kpi
    where la_code in (select la_code from new_version)
    qualify
        row_number() over (
            partition by la_code, measure_code, month, period, extract_date order by version desc
        ) = 1
),

key as (
    select la_code, measure_code, month, period, any_value(unit) as unit,
        any_value(definition_version) as definition_version
    from (
        select la_code, measure_code, month, period, unit, definition_version from figure
        union all
        select la_code, measure_code, month, period, unit, definition_version from own
    )
    group by la_code, measure_code, month, period
),

line as (
    select
        key.*, moment.extract_date, moment.version,
        coalesce(own.is_own, false) as is_own,
        own.figures as own_figures,
        figure.figures as new_figures,
        -- The latest date with a row of its own, this one included: what was known here before.
        max(case when own.is_own then moment.extract_date end) over (
            partition by key.la_code, key.measure_code, key.month, key.period order by moment.extract_date
        ) as known_on
    from key
    inner join moment using (la_code)
    left join own using (la_code, measure_code, month, period, extract_date)
    left join figure using (la_code, measure_code, month, period, extract_date)
),

truth as (
    select
        line.*,
        case when line.version is not null then line.new_figures else known.figures end as figures
    from line
    left join own as known on
        known.la_code = line.la_code
        and known.measure_code = line.measure_code
        and known.month = line.month
        and known.period = line.period
        and known.extract_date = line.known_on
),

compared as (
    select
        truth.*,
        lag(figures) over (partition by la_code, measure_code, month, period order by extract_date) as figures_before,
        max(version) over (
            partition by la_code, measure_code, month, period order by extract_date
            rows between unbounded preceding and current row
        ) as latest_version
    from truth
)

select
    la_code, measure_code, month, period, figures.numerator, figures.denominator, figures.value, unit,
    figures.missing_start, figures.status, extract_date, coalesce(version, latest_version) as version,
    definition_version
from compared
where
    latest_version is not null
    and case when is_own then figures is distinct from own_figures else figures is distinct from figures_before end
order by version, la_code, measure_code, month, period
