-- One row per key and moment: what is true of it at that moment (`figures`, NULL: nothing is known), and what is stored
-- there (`is_exact`, `exact_figures`). Only keys that an extract gives itself: months, and periods counted anew.
-- A new extract's truth is its own result where it covers the key, a published one's what was known at its date. What an
-- extract does not cover keeps what was true at the moment before.
with
own_key as (
    select measure_code, period
    from measures.measure
    cross join (
        select unnest(['month', 'rolling_12_months', 'quarter', 'financial_year_to_date']) as period
    )
    where
        'anew' = case period
            when 'month' then if(month_making = 'none', '', 'anew')
            when 'rolling_12_months' then twelve_months_making
            else quarter_making
        end
),

key as (
    select la_code, measure_code, breakdown, category, month, period from own_figure
    union
    select la_code, measure_code, breakdown, category, month, period from base_figure
    semi join own_key using (measure_code, period)
    union
    select la_code, measure_code, breakdown, category, month, period from exact_figure
    semi join own_key using (measure_code, period)
),

line as (
    select
        key.*, moment.extract_date, moment.version, moment.is_base,
        exact.la_code is not null as is_exact,
        exact.figures as exact_figures,
        case
            when moment.is_base then {'figures': base.figures}
            when exact.la_code is not null then {'figures': exact.figures}
        end as stored,
        case
            when moment.is_base then true
            when moment.version is not null then whole.la_code is not null
            else
                coverage.la_code is null
                or coverage.last_month is not null
                and key.month <= coverage.last_month
                and case
                    when key.period = 'rolling_12_months' then key.month - interval 11 month
                    when key.period = 'quarter' then key.month - interval 2 month
                    when key.period = 'financial_year_to_date'
                    then make_date((year(key.month) - (month(key.month) < 4)::int)::int, 4, 1)
                    else key.month
                end >= coverage.first_month
        end as is_covered,
        own.figures as own_figures
    from key
    inner join moment on moment.la_code = key.la_code
    left join base_figure as base on
        moment.is_base
        and base.la_code = key.la_code
        and base.measure_code = key.measure_code
        and base.breakdown = key.breakdown
        and base.category = key.category
        and base.month = key.month
        and base.period = key.period
    left join exact_figure as exact on
        exact.extract_date = moment.extract_date
        and exact.la_code = key.la_code
        and exact.measure_code = key.measure_code
        and exact.breakdown = key.breakdown
        and exact.category = key.category
        and exact.month = key.month
        and exact.period = key.period
    left join own_figure as own on
        own.extract_date = moment.extract_date
        and own.la_code = key.la_code
        and own.measure_code = key.measure_code
        and own.breakdown = key.breakdown
        and own.category = key.category
        and own.month = key.month
        and own.period = key.period
    left join (from own_figure where breakdown = '') as whole on
        whole.extract_date = moment.extract_date
        and whole.la_code = key.la_code
        and whole.measure_code = key.measure_code
        and whole.month = key.month
        and whole.period = key.period
    left join kpi.measure_coverage as coverage on
        moment.version is null
        and coverage.extract_date = moment.extract_date
        and coverage.la_code = key.la_code
        and coverage.measure_code = key.measure_code
),

known as (
    select
        * exclude (stored),
        last_value(stored ignore nulls) over (
            partition by la_code, measure_code, breakdown, category, month, period order by extract_date
        ).figures as known_figures
    from line
)

select
    * exclude (is_covered, own_figures, known_figures),
    last_value(
        case when is_covered then {'figures': case when version is not null then own_figures else known_figures end} end
        ignore nulls
    ) over (
        partition by la_code, measure_code, breakdown, category, month, period order by extract_date
    ).figures as figures
from known
