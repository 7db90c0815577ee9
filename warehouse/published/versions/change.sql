-- One row per figure that the run's versions add: where a key's truth at a moment differs from what is stored for it: in
-- the moment's own row, or without one at the moment before. So a late correction of an old extract leaves every later
-- date that covers the key as it was known.
with
derived_key as (
    select la_code, measure_code, breakdown, category, month, period from derived
    union
    select base_figure.la_code, base_figure.measure_code, base_figure.breakdown, base_figure.category,
        base_figure.month, base_figure.period
    from (select * from base_figure union all select * exclude (extract_date) from exact_figure) as base_figure
    inner join measures.measure using (measure_code)
    inner join touched on
        touched.la_code = base_figure.la_code
        and touched.measure_code = measure.made_of
        and touched.breakdown = base_figure.breakdown
        and touched.category = base_figure.category
        and base_figure.month >= touched.first_month
    where
        base_figure.period <> 'month'
        and case base_figure.period
            when 'rolling_12_months' then measure.twelve_months_making
            else measure.quarter_making
        end <> 'anew'
),

derived_line as (
    select
        derived_key.*, moment.extract_date, moment.version, moment.is_base,
        exact.la_code is not null as is_exact,
        exact.figures as exact_figures,
        case when moment.is_base then base.figures else derived.figures end as figures
    from derived_key
    inner join moment on moment.la_code = derived_key.la_code
    left join derived on
        derived.extract_date = moment.extract_date
        and derived.la_code = derived_key.la_code
        and derived.measure_code = derived_key.measure_code
        and derived.breakdown = derived_key.breakdown
        and derived.category = derived_key.category
        and derived.month = derived_key.month
        and derived.period = derived_key.period
    left join base_figure as base on
        moment.is_base
        and base.la_code = derived_key.la_code
        and base.measure_code = derived_key.measure_code
        and base.breakdown = derived_key.breakdown
        and base.category = derived_key.category
        and base.month = derived_key.month
        and base.period = derived_key.period
    left join exact_figure as exact on
        exact.extract_date = moment.extract_date
        and exact.la_code = derived_key.la_code
        and exact.measure_code = derived_key.measure_code
        and exact.breakdown = derived_key.breakdown
        and exact.category = derived_key.category
        and exact.month = derived_key.month
        and exact.period = derived_key.period
),

compared as (
    select la_code, measure_code, breakdown, category, month, period, extract_date, version, figures, stored_figures,
        is_exact
    from truth
    where not is_base and figures is distinct from stored_figures
    union all by name
    select la_code, measure_code, breakdown, category, month, period, extract_date, version, figures, stored_figures,
        is_exact
    from (
        select
            *,
            case
                when is_exact then exact_figures
                else
                    lag(figures) over (
                        partition by la_code, measure_code, breakdown, category, month, period order by extract_date
                    )
            end as stored_figures
        from derived_line
    )
    where not is_base and figures is distinct from stored_figures
),

-- A row at a moment that is not of the run is due to the run's latest version before it.
versioned as (
    select moment.la_code, moment.extract_date, max(new_version.version) as version
    from moment
    inner join new_version on
        new_version.la_code = moment.la_code and new_version.extract_date <= moment.extract_date
    group by moment.la_code, moment.extract_date
)

select
    compared.la_code, compared.measure_code, compared.breakdown, compared.category, compared.month, compared.period,
    compared.figures.numerator, compared.figures.denominator, compared.figures.value, measure.unit,
    compared.figures.missing_start, compared.figures.status, compared.extract_date,
    coalesce(compared.version, versioned.version) as version, measure.definition_version,
    -- Whether figures that were known become others: a status alone is no restatement.
    compared.version is not null
    and compared.stored_figures is not null
    and (
        compared.figures.numerator is distinct from compared.stored_figures.numerator
        or compared.figures.denominator is distinct from compared.stored_figures.denominator
        or compared.figures.value is distinct from compared.stored_figures.value
    ) as is_restated,
    compared.stored_figures.status is not distinct from 'final' as was_final,
    -- Whether the figure before is the extract's own; else it is that of the moment before.
    compared.is_exact
from compared
inner join versioned using (la_code, extract_date)
inner join measures.measure using (measure_code)
