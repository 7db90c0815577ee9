-- One row per key and moment: what is true of it at that moment (`figures`, NULL: nothing is known), and what is stored
-- there, or without a row of its own at the moment before (`stored_figures`; `is_exact`: there is a row of its own).
-- A new extract's truth is its own result where it covers the key, a published one's what was known at its date. What an
-- extract does not cover keeps what was true at the moment before.
with
-- The whole says whether a new extract covers the key, also where a category of it has no case.
covered as (
    select own_figure.series_id as whole_id, own_figure.month, own_figure.period, own_figure.extract_date
    from own_figure
    inner join series on series.series_id = own_figure.series_id and series.whole_id = series.series_id
),

coverage as (
    select la_code, measure_code, extract_date, first_month, last_month, months_left_out
    from kpi.measure_coverage
    semi join (from moment where version is null) as published using (la_code, extract_date)
),

-- What the extract that is withdrawn said is known at the dates after it as well, which repeat no row of it.
withdrawn as (
    select exact_figure.series_id, exact_figure.month, exact_figure.period, exact_figure.figures
    from exact_figure
    inner join series on series.series_id = exact_figure.series_id
    inner join new_version on
        new_version.la_code = series.la_code
        and new_version.extract_date = exact_figure.extract_date
        and new_version.kind = 'withdrawal'
),

period_key as (
    select
        *,
        case period
            when 'rolling_12_months' then (month - interval 11 month)::date
            when 'quarter' then (month - interval 2 month)::date
            when 'financial_year_to_date' then make_date((year(month) - (month(month) < 4)::int)::int, 4, 1)
            else month
        end as first_month
    from key
),

line as (
    select
        key.series_id, key.month, key.period, moment.extract_date, moment.version, moment.is_only,
        exact.series_id is not null as is_exact, exact.figures as exact_figures, base.figures as base_figures,
        case when withdrawn.series_id is not null then withdrawn.figures else base.figures end as first_figures,
        own.figures as own_figures,
        case
            when moment.version is not null then covered.whole_id is not null
            else
                coverage.la_code is null
                or coverage.last_month is not null
                and key.month <= coverage.last_month
                and coverage.first_month <= key.first_month
                and len(
                    list_filter(
                        coalesce(coverage.months_left_out, []), lambda one: one between key.first_month and key.month
                    )
                ) = 0
        end as is_covered
    from period_key as key
    inner join series on series.series_id = key.series_id
    inner join moment on moment.la_code = series.la_code
    left join base_figure as base on
        base.series_id = key.series_id and base.month = key.month and base.period = key.period
    left join exact_figure as exact on
        exact.series_id = key.series_id
        and exact.month = key.month
        and exact.period = key.period
        and exact.extract_date = moment.extract_date
    left join withdrawn on
        withdrawn.series_id = key.series_id and withdrawn.month = key.month and withdrawn.period = key.period
    left join own_figure as own on
        own.series_id = key.series_id
        and own.month = key.month
        and own.period = key.period
        and own.extract_date = moment.extract_date
    left join covered on
        covered.whole_id = series.whole_id
        and covered.month = key.month
        and covered.period = key.period
        and covered.extract_date = moment.extract_date
    left join coverage on
        coverage.extract_date = moment.extract_date
        and coverage.la_code = series.la_code
        and coverage.measure_code = series.measure_code
),

known_line as (
    select
        *,
        (coalesce(
            last_value(case when is_exact then {'figures': exact_figures} end ignore nulls) over moments,
            {'figures': first_figures}
        )).figures as known_figures
    from line
    where not is_only
    window moments as (partition by series_id, month, period order by extract_date)
),

told_line as (
    select
        *,
        case
            when is_covered then {'figures': case when version is not null then own_figures else known_figures end}
        end as told
    from known_line
),

true_line as (
    select
        series_id, month, period, extract_date, version, is_exact, exact_figures,
        (coalesce(last_value(told ignore nulls) over moments, {'figures': base_figures})).figures as figures,
        (coalesce(
            last_value(told ignore nulls) over (moments rows between unbounded preceding and 1 preceding),
            {'figures': base_figures}
        )).figures as figures_before
    from told_line
    window moments as (partition by series_id, month, period order by extract_date)
    union all
    -- The same where there is no moment before, which is what a month's new extract gives.
    select
        series_id, month, period, extract_date, version, is_exact, exact_figures,
        case
            when is_covered and version is not null then own_figures
            when is_covered and is_exact then exact_figures
            when is_covered then first_figures
            else base_figures
        end as figures,
        base_figures as figures_before
    from line
    where is_only
)

select
    series_id, month, period, extract_date, version, figures, is_exact,
    case when is_exact then exact_figures else figures_before end as stored_figures
from true_line
