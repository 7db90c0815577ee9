-- One row per file, indicator and row that tells of it: the figure as published, or reckoned of the counts where
-- no column has it, with the counts behind it, or the reason why there is none.
with
cell as (
    select
        source_id, row_number, column_key, statistic_text(text) as text, statistic_number(statistic_text(text)) as number
    from landed_cell
),

part as (
    select
        placed.source_id,
        placed.row_number,
        wanted.indicator_code,
        wanted.role,
        cell.number,
        -- A mark that is not known is its own reason.
        case when cell.number is null then coalesce(statistic_mark.reason, lower(cell.text)) end as reason
    from wanted_column as wanted
    inner join cell using (source_id, column_key)
    inner join placed_row as placed on
        placed.source_id = cell.source_id
        and placed.row_number = cell.row_number
        and (wanted.filter_1 is null or wanted.filter_1 = placed.filter_1)
        and (wanted.filter_2 is null or wanted.filter_2 = placed.filter_2)
    left join statistic_mark on
        cell.number is null
        and statistic_mark.mark = lower(cell.text)
),

told as (
    select
        source_id,
        row_number,
        indicator_code,
        bool_or(role = 'value') as is_published,
        max(number) filter (role = 'value') as value,
        max(reason) filter (role = 'value') as value_reason,
        case when count_if(role = 'numerator' and number is null) = 0 then sum(number) filter (role = 'numerator') end
            as numerator,
        min(reason) filter (role = 'numerator') as numerator_reason,
        max(number) filter (role = 'denominator') as denominator,
        max(reason) filter (role = 'denominator') as denominator_reason
    from part
    group by source_id, row_number, indicator_code
),

-- The row that holds the total of the same year, geography and group.
total as (
    select
        placed.source_id, placed.period_end, placed.geography_level, placed.geography_code, placed.la_code,
        placed.filter_1, wanted.indicator_code, max(cell.number) as number
    from wanted_column as wanted
    inner join cell using (source_id, column_key)
    inner join placed_row as placed on
        placed.source_id = cell.source_id
        and placed.row_number = cell.row_number
        and (wanted.filter_1 is null or wanted.filter_1 = placed.filter_1)
        and placed.filter_2 = wanted.total
    where wanted.role = 'numerator' and wanted.total is not null
    group by all
),

counted as (
    select
        told.*,
        placed.period_end, placed.geography_level, placed.geography_code, placed.la_code,
        wanted.scale, wanted.per_population,
        coalesce(told.denominator, total.number) as own_denominator
    from told
    inner join placed_row as placed using (source_id, row_number)
    inner join (select distinct source_id, indicator_code, scale, per_population from wanted_column) as wanted
        using (source_id, indicator_code)
    left join total on
        total.source_id = told.source_id
        and total.indicator_code = told.indicator_code
        and total.period_end = placed.period_end
        and total.geography_level = placed.geography_level
        and total.geography_code is not distinct from placed.geography_code
        and total.la_code is not distinct from placed.la_code
        and total.filter_1 = placed.filter_1
),

-- DfE divides by the estimate of the mid-year before. Of several editions, the one that gives the published rate.
divided as (
    select
        counted.source_id,
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
        and coalesce(population.la_code, population.geography_code) = coalesce(counted.la_code, counted.geography_code)
        and population.mid_year = year(counted.period_end) - 1
        and population.population_0_17 > 0
        and (population.is_primary or counted.is_published)
    where counted.per_population
    group by counted.source_id, counted.row_number, counted.indicator_code
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
        when counted.is_published then counted.value_reason
        when counted.numerator is null then counted.numerator_reason
        when coalesce(divided.population, counted.own_denominator) is null
            then coalesce(counted.denominator_reason, 'x')
        when coalesce(divided.population, counted.own_denominator) = 0 then 'z'
    end as suppression,
    case when counted.is_published then 'published' else 'derived' end as value_status,
    counted.source_id,
    counted.row_number
from counted
left join divided using (source_id, row_number, indicator_code)
where
    counted.period_end is not null
    and counted.geography_level in ('National', 'Regional', 'Local authority')
    and coalesce(counted.la_code, counted.geography_code, '') <> ''
