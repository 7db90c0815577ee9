-- One row per landed neighbour model that is none of those known, authority and rank. A model is named for the month in
-- which it came out, where another is for the day, of several of one day for its file too, and in force from that day on.
with
size as (
    select source_id, count(*) as rows from landed_neighbour group by source_id
),

said_already as (
    select landed.source_id
    from landed_neighbour as landed
    inner join known_neighbour as known using (la_code, rank, neighbour_la_code)
    inner join size using (source_id)
    inner join (select neighbour_model, count(*) as rows from known_neighbour group by all) as model using (neighbour_model)
    group by landed.source_id, known.neighbour_model, size.rows, model.rows
    having count(*) = size.rows and size.rows = model.rows
),

model as (
    select
        source_id, released_on,
        strftime(released_on, '%B %Y') as month_name,
        strftime(released_on, '%-d %B %Y') as day_name,
        row_number() over (partition by strftime(released_on, '%B %Y') order by released_on, source_id) as place,
        row_number() over (partition by released_on order by source_id) as place_of_day
    from (select distinct source_id, released_on from landed_neighbour)
    anti join said_already using (source_id)
),

named as (
    select
        model.source_id, model.released_on,
        case
            when model.place = 1 and taken.neighbour_model is null then model.month_name
            when model.place_of_day = 1 and taken_day.neighbour_model is null then model.day_name
            else model.day_name || ' (' || model.source_id || ')'
        end as neighbour_model_name
    from model
    left join (select distinct neighbour_model from known_neighbour) as taken
        on taken.neighbour_model = lower(replace(model.month_name, ' ', '_'))
    left join (select distinct neighbour_model from known_neighbour) as taken_day
        on taken_day.neighbour_model = lower(replace(model.day_name, ' ', '_'))
)

select
    lower(replace(named.neighbour_model_name, ' ', '_')) as neighbour_model,
    named.neighbour_model_name,
    named.released_on as in_force_from,
    landed.la_code,
    landed.rank,
    landed.neighbour_la_code,
    landed.closeness
from landed_neighbour as landed
inner join named using (source_id)
order by all
