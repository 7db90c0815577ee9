-- One row per file, indicator and row that tells of it: the figure as published, or reckoned of the counts where
-- no column has it, with the counts behind it, or the reason why there is none.
with
text as (
    select
        placed.* exclude (cells, layout_id, filter_2),
        wanted.* exclude (layout_id, filter_1, filter_2),
        wanted.value_at is not null as is_published,
        statistic_text(placed.cells[wanted.value_at]) as value_text,
        list_transform(list_select(placed.cells, wanted.numerator_at), lambda cell: statistic_text(cell)) as numerator_texts,
        statistic_text(placed.cells[wanted.denominator_at]) as denominator_text
    from placed_row as placed
    inner join wanted_figure as wanted on
        wanted.layout_id = placed.layout_id
        and wanted.filter_1 is not distinct from placed.filter_1
        and wanted.filter_2 is not distinct from placed.filter_2
),

number as (
    select
        *,
        statistic_number(value_text) as value,
        list_transform(numerator_texts, lambda cell: statistic_number(cell)) as numerators,
        statistic_number(denominator_text) as denominator
    from text
),

told as (
    select
        * exclude (denominator),
        -- Where one of several counts is not given, their sum is not known.
        if(list_count(numerators) = len(numerators), list_sum(numerators), null) as numerator,
        denominator as denominator_of_row
    from number
),

-- The row that holds the total of the same year, geography and group.
total as (
    select
        placed.file_id, placed.period_end, placed.geography_level, placed.place, placed.filter_1,
        placed.filter_2 as total, wanted.numerator_at,
        max(statistic_number(statistic_text(placed.cells[wanted.numerator_at[1]]))) as number
    from placed_row as placed
    inner join (select distinct layout_id, filter_1, total, numerator_at from wanted_figure) as wanted on
        wanted.layout_id = placed.layout_id
        and wanted.filter_1 = placed.filter_1
        and wanted.total = placed.filter_2
    group by all
),

counted as (
    select told.*, coalesce(told.denominator_of_row, total.number) as own_denominator
    from told
    left join total using (file_id, period_end, geography_level, place, filter_1, total, numerator_at)
),

-- DfE divides by the estimate of the mid-year before. Of several editions, the one that gives the published rate.
divided as (
    select
        counted.file_id,
        counted.row_number,
        counted.indicator_code,
        arg_max(
            population.population_0_17,
            {
                'fits': coalesce(rounds_to(10000 * counted.numerator / population.population_0_17, counted.value), true),
                'is_primary': population.is_primary, 'vintage': population.vintage
            }
        ) filter (
            not counted.is_published
            or rounds_to(10000 * counted.numerator / population.population_0_17, counted.value)
        ) as population
    from counted
    inner join population on
        population.geography_level = counted.geography_level
        and coalesce(population.la_code, population.geography_code) = counted.place
        and population.mid_year = year(counted.period_end) - 1
        and population.population_0_17 > 0
        and (population.is_primary or counted.is_published)
    where counted.per_population
    group by counted.file_id, counted.row_number, counted.indicator_code
)

select
    counted.indicator_code,
    counted.geography_level,
    counted.geography_code,
    counted.la_code,
    counted.period_end,
    case
        when counted.is_published then counted.value
        else round(counted.scale * counted.numerator / nullif(coalesce(divided.population, counted.own_denominator), 0), 4)
    end as value,
    counted.numerator,
    coalesce(divided.population, counted.own_denominator)::double as denominator,
    case
        when counted.is_published then if(counted.value is null, statistic_reason(counted.value_text), null)
        when counted.numerator is null
            then list_min(list_transform(
                list_filter(counted.numerator_texts, lambda cell: statistic_number(cell) is null),
                lambda cell: statistic_reason(cell)
            ))
        when coalesce(divided.population, counted.own_denominator) is null
            then if(counted.denominator_at is null, 'x', statistic_reason(counted.denominator_text))
        when coalesce(divided.population, counted.own_denominator) = 0 then 'z'
    end as suppression,
    case when counted.is_published then 'published' else 'derived' end as value_status,
    counted.place,
    counted.file_id,
    counted.row_number
from counted
left join divided using (file_id, row_number, indicator_code)
