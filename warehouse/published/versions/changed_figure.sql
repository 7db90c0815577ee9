-- One row per figure that the run's versions add: where a key's truth at a moment differs from what is stored for it: in
-- the moment's own row, or without one at the moment before. So a late correction of an old extract leaves every later
-- date that covers the key as it was known.
with
derived_key as (
    select series_id, month, period from derived
    union
    select stored.series_id, stored.month, stored.period
    from (
        select series_id, month, period from base_figure
        union all
        select series_id, month, period from exact_figure
    ) as stored
    inner join series using (series_id)
    inner join touched on touched.series_id = series.source_id and touched.first_month <= stored.month
    where
        stored.period <> 'month'
        and case stored.period
            when 'rolling_12_months' then series.twelve_months_making
            else series.quarter_making
        end <> 'anew'
),

derived_line as (
    select
        derived_key.series_id, derived_key.month, derived_key.period, moment.extract_date, moment.version,
        derived.figures, exact.series_id is not null as is_exact,
        case
            when exact.series_id is not null then exact.figures
            when moment.previous_date is null then base.figures
            else before.figures
        end as stored_figures
    from derived_key
    inner join series on series.series_id = derived_key.series_id
    inner join moment on moment.la_code = series.la_code
    left join derived on
        derived.series_id = derived_key.series_id
        and derived.month = derived_key.month
        and derived.period = derived_key.period
        and derived.extract_date = moment.extract_date
    left join (
        from derived where extract_date in (select previous_date from moment where previous_date is not null)
    ) as before on
        before.series_id = derived_key.series_id
        and before.month = derived_key.month
        and before.period = derived_key.period
        and before.extract_date = moment.previous_date
    left join exact_figure as exact on
        exact.series_id = derived_key.series_id
        and exact.month = derived_key.month
        and exact.period = derived_key.period
        and exact.extract_date = moment.extract_date
    left join base_figure as base on
        base.series_id = derived_key.series_id
        and base.month = derived_key.month
        and base.period = derived_key.period
),

compared as (
    select series_id, month, period, extract_date, version, figures, stored_figures, is_exact
    from truth
    union all
    select series_id, month, period, extract_date, version, figures, stored_figures, is_exact
    from derived_line
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
    compared.series_id, compared.month, compared.period, compared.extract_date,
    coalesce(compared.version, versioned.version) as version, compared.figures,
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
inner join series on series.series_id = compared.series_id
inner join versioned on versioned.la_code = series.la_code and versioned.extract_date = compared.extract_date
inner join measures.measure on measure.measure_code = series.measure_code
where compared.figures is distinct from compared.stored_figures
