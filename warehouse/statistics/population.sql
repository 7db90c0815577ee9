-- One row per geography, mid-year and edition: the estimates that are known, and those of the edition that landed. The latest
-- edition of a mid-year is its primary one. An edition that says nothing new is none.
with
edition as (
    select file.file_id, source.vintage, source.last_year, source.released_on
    from file
    inner join source using (source_id)
    where source_id = getvariable('source_id')
),

landed as (
    select
        figure.geography_level, figure.geography_code, figure.la_code, geography.name,
        year(figure.period_end) as mid_year, figure.value as population_0_17, figure.suppression,
        edition.vintage, {'last_year': edition.last_year, 'released_on': edition.released_on} as age
    from landed_figure as figure
    inner join edition using (file_id)
    left join (
        select coalesce(la_code, geography_code) as place, any_value(name) as name from geography group by all
    ) as geography on geography.place = figure.place
    where figure.indicator_code = 'POPULATION_0_17'
),

known as (
    select
        *,
        {
            'last_year': max(mid_year) over (partition by vintage),
            'released_on': make_date(max(mid_year) over (partition by vintage) + 1, 7, 31)
        } as age
    from population_0_17
),

-- Of two editions alike in all that both have, the later says nothing new where it has no year more.
said as (
    select distinct landed.vintage
    from landed
    left join known on
        known.is_primary
        and known.geography_level = landed.geography_level
        and coalesce(known.la_code, known.geography_code) = coalesce(landed.la_code, landed.geography_code)
        and known.mid_year = landed.mid_year
    where landed.population_0_17 is distinct from known.population_0_17::double
),

editions as (
    select * exclude (is_primary), is_primary as was_primary from known
    union all by name
    select *, null as was_primary from landed semi join said using (vintage)
)

select
    geography_level, geography_code, la_code, name, mid_year, population_0_17, suppression, vintage,
    -- A file of another publication with estimates in it was never the primary edition.
    coalesce(
        was_primary is distinct from false
        and row_number() over (
            partition by geography_level, coalesce(la_code, geography_code), mid_year, was_primary is not distinct from false
            order by age.last_year desc, age.released_on desc, vintage
        ) = 1,
        false
    ) as is_primary
from editions
order by geography_level, la_code, geography_code, mid_year, is_primary desc, vintage
