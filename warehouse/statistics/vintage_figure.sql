-- One row per landed figure, but for estimates of population: with the vintage of its file, and its precedence: of several of
-- one indicator, place and year the lowest goes first, of one vintage what is published before what is reckoned.
with
vintage as (
    select
        file_id,
        source.source_id,
        source.last_year,
        source.released_on,
        dense_rank() over (order by source.last_year, source.released_on) as vintage_place,
        row_number() over (order by source.source_id) as source_place
    from file
    inner join source using (source_id)
)

select
    figure.* exclude (file_id, row_number),
    vintage.source_id,
    vintage.last_year,
    vintage.released_on,
    figure.rowid as figure_id,
    1000000 * (
        10 * vintage.vintage_place
        + 4 * (figure.value_status = 'derived')::integer + 2 * (figure.value is null)::integer
        + (figure.denominator is null)::integer
    ) + vintage.source_place as precedence
from landed_figure as figure
inner join vintage using (file_id)
where figure.indicator_code <> 'POPULATION_0_17'
