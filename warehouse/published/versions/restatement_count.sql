-- One row per figure that the run restated and of which the cases are held on both sides: how many cases came, went, and
-- count otherwise. A case that moved from one month to another came in one and went in the other, and did neither in a
-- period that holds both.
with
restated as (
    select change.la_code, change.measure_code, change.month, change.period, change.extract_date, change.version,
        case change.period
            when 'month' then change.month
            when 'rolling_12_months' then (change.month - interval 11 month)::date
            when 'quarter'
            then if(measure.quarter_making = 'last_month', change.month, (change.month - interval 2 month)::date)
            when 'financial_year_to_date'
            then
                if(
                    measure.quarter_making = 'last_month', change.month,
                    make_date((year(change.month) - (month(change.month) < 4)::int)::int, 4, 1)
                )
        end as first_month
    from change
    inner join measures.measure using (measure_code)
    inner join case_pair using (version)
    where
        change.is_restated
        and change.breakdown = ''
        -- The cases before must be those of the figure before.
        and case when case_pair.is_own then change.is_exact or not case_pair.is_after_new else not change.is_exact end
),

of_figure as (
    select
        restated.la_code, restated.measure_code, restated.month, restated.period, restated.extract_date,
        restated.version, different.case_id, different.is_achieved, sum(different.cases) as cases
    from restated
    inner join different_case as different on
        different.version = restated.version
        and different.measure_code = restated.measure_code
        and different.month between restated.first_month and restated.month
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
left join of_case using (la_code, measure_code, month, period, extract_date, version)
group by all
