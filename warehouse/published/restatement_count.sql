-- One row per figure that the run's publications restated and of which the cases are known on both sides: how many cases
-- came, went, and count otherwise. A case that moved from one month to another came in one and went in the other, and
-- did neither in twelve months that hold both.
with
restated as (
    select
        la_code, measure_code, month, period, extract_date, version,
        version_before >= $first_version and extract_date_before < extract_date as follows_the_run
    from kpi.kpi_restatement
    where version >= $first_version
),

-- Beside each publication and measure the publication that its figures are set beside: the version of the same extract before, or without
-- one the extract before it. The latter also where the same run gave an earlier extract a new figure.
pair as (
    select
        one.la_code, one.extract_date, one.version, one.follows_the_run, one.measure_code,
        max(publication.version) filter (publication.extract_date = one.extract_date) as version_after,
        arg_max(publication.version, {'extract_date': publication.extract_date, 'version': publication.version})
            filter (
                publication.version < one.version
                and (publication.extract_date < one.extract_date or not one.follows_the_run)
            ) as version_before
    from (select distinct la_code, extract_date, version, follows_the_run, measure_code from restated) as one
    inner join kpi.kpi_version as publication on
        publication.la_code = one.la_code
        and publication.extract_date <= one.extract_date
        and publication.version <= one.version
    group by one.la_code, one.extract_date, one.version, one.follows_the_run, one.measure_code
),

known as (
    select *
    from pair
    semi join published.known_extract as after on after.version = pair.version_after
    semi join published.known_extract as before
        on before.version = pair.version_before
        and before.hashed_by = version()
),

counted as (
    select
        known.la_code, known.extract_date, known.version, known.follows_the_run, known_case.measure_code,
        known_case.month, known_case.case_id, known_case.numerator, known_case.denominator, 1 as cases
    from known
    inner join published.known_case on
        known_case.version = known.version_after
        and known_case.measure_code = known.measure_code
    union all
    select
        known.la_code, known.extract_date, known.version, known.follows_the_run, known_case.measure_code,
        known_case.month, known_case.case_id, known_case.numerator, known_case.denominator, -1
    from known
    inner join published.known_case on
        known_case.version = known.version_before
        and known_case.measure_code = known.measure_code
),

different as (
    select
        la_code, extract_date, version, follows_the_run, measure_code, month, case_id, numerator, denominator,
        sum(cases) as cases
    from counted
    group by all
    having sum(cases) <> 0
),

of_figure as (
    select
        restated.la_code, restated.measure_code, restated.month, restated.period, restated.extract_date,
        restated.version, different.case_id, different.numerator, different.denominator,
        sum(different.cases) as cases
    from restated
    inner join different on
        different.la_code = restated.la_code
        and different.extract_date = restated.extract_date
        and different.version = restated.version
        and different.follows_the_run = restated.follows_the_run
        and different.measure_code = restated.measure_code
        and different.month <= restated.month
        and different.month > case restated.period
            when 'month' then restated.month - interval 1 month else restated.month - interval 12 month
        end
    group by all
    having sum(different.cases) <> 0
),

of_case as (
    select
        la_code, measure_code, month, period, extract_date, version, case_id,
        coalesce(sum(cases) filter (cases > 0), 0) as came,
        coalesce(-sum(cases) filter (cases < 0), 0) as went
    from of_figure
    group by all
)

select
    restated.la_code, restated.measure_code, restated.month, restated.period, restated.extract_date,
    restated.version,
    coalesce(sum(of_case.came - least(of_case.came, of_case.went)), 0)::bigint as cases_added,
    coalesce(sum(of_case.went - least(of_case.came, of_case.went)), 0)::bigint as cases_removed,
    coalesce(sum(least(of_case.came, of_case.went)), 0)::bigint as cases_changed
from restated
semi join known using (la_code, extract_date, version, follows_the_run, measure_code)
left join of_case using (la_code, measure_code, month, period, extract_date, version)
group by all
order by restated.version, restated.la_code, restated.measure_code, restated.month, restated.period
