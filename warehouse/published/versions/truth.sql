-- One row per key and moment: what is true of it at that moment (`figures`, NULL: nothing is known), and what is stored
-- there (`is_exact`, `exact_figures`). Only keys that an extract gives itself: months, and periods counted anew.
-- A new extract's truth is its own result where it covers the key, a published one's what was known at its date. What an
-- extract does not cover keeps what was true at the moment before.
with
-- What is known of a key at a moment: what was known before, what is stored at the moment, what the extract gives.
known as (
    select key.key_id, base.extract_date, figures as base_figures, true as is_base_row, null::struct(
        numerator double, denominator double, "value" double, missing_start bigint, status varchar
    ) as exact_figures, false as is_exact, null::struct(
        numerator double, denominator double, "value" double, missing_start bigint, status varchar
    ) as own_figures, false as is_own
    from base_figure
    inner join key using (la_code, measure_code, breakdown, category, month, period)
    inner join (from moment where is_base) as base using (la_code)
    union all by name
    select key.key_id, exact_figure.extract_date, exact_figure.figures as exact_figures, true as is_exact
    from exact_figure
    inner join key using (la_code, measure_code, breakdown, category, month, period)
    union all by name
    select key.key_id, own_figure.extract_date, own_figure.figures as own_figures, true as is_own
    from own_figure
    inner join key using (la_code, measure_code, breakdown, category, month, period)
),

gathered as (
    select
        key_id, extract_date, any_value(base_figures) as base_figures, coalesce(bool_or(is_exact), false) as is_exact,
        any_value(exact_figures) as exact_figures, any_value(own_figures) as own_figures
    from known
    group by key_id, extract_date
),

-- The whole says whether a new extract covers the key, also where a category of it has no case.
covered as (
    select distinct la_code, measure_code, month, period, extract_date from own_figure where breakdown = ''
),

line as (
    select
        key.key_id, key.la_code, key.measure_code, key.breakdown, key.category, key.month, key.period,
        moment.extract_date, moment.version, moment.is_base, coalesce(gathered.is_exact, false) as is_exact,
        gathered.exact_figures,
        case
            when moment.is_base then {'figures': gathered.base_figures}
            when gathered.is_exact then {'figures': gathered.exact_figures}
        end as stored,
        case
            when moment.is_base then true
            when moment.version is not null then covered.la_code is not null
            else
                coverage.la_code is null
                or coverage.last_month is not null
                and key.month <= coverage.last_month
                and key.first_month >= coverage.first_month
        end as is_covered,
        gathered.own_figures
    from key
    inner join moment on moment.la_code = key.la_code
    left join gathered on gathered.key_id = key.key_id and gathered.extract_date = moment.extract_date
    left join covered on
        covered.extract_date = moment.extract_date
        and covered.la_code = key.la_code
        and covered.measure_code = key.measure_code
        and covered.month = key.month
        and covered.period = key.period
    left join kpi.measure_coverage as coverage on
        moment.version is null
        and coverage.extract_date = moment.extract_date
        and coverage.la_code = key.la_code
        and coverage.measure_code = key.measure_code
),

known_line as (
    select
        * exclude (stored),
        last_value(stored ignore nulls) over (partition by key_id order by extract_date).figures as known_figures
    from line
),

true_line as (
    select
        * exclude (is_covered, own_figures, known_figures),
        last_value(
            case
                when is_covered then {'figures': case when version is not null then own_figures else known_figures end}
            end
            ignore nulls
        ) over (partition by key_id order by extract_date).figures as figures
    from known_line
)

select
    *,
    case when is_exact then exact_figures else lag(figures) over (partition by key_id order by extract_date) end
        as stored_figures
from true_line
