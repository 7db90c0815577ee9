-- One row per extract and way in which its episodes name a responsible authority: whether that is this one. A
-- predecessor or successor of a reorganised council is this one; a name that is not recognised is too, and is reported.
with
spelling as (
    select distinct la_code, extract_date, responsible_la
    from (
        select la_code, extract_date, responsible_la from staged.cla_episode
        union all
        select la_code, extract_date, responsible_la from staged.cla_episode_aside
    )
    where responsible_la is not null
),

reorganised as (
    select la_code, unnest(regexp_extract_all(successor_la_code, '\b\d{3}\b')) as other_la_code
    from reference.geography
    where successor_la_code is not null
),

-- Every authority by the codes that are its own: its code, those it was made of and those that took its place.
own as (
    select la_code, la_code as own_la_code from spelling
    union
    select la_code, other_la_code from reorganised
    union
    select other_la_code, la_code from reorganised
)

select
    spelling.la_code,
    spelling.extract_date,
    spelling.responsible_la,
    count(council.la_code) > 0 as is_recognised,
    count(council.la_code) = 0 or count(own.own_la_code) > 0 as is_ours
from spelling
left join reference.council on council.spelling = spelling.responsible_la
left join own on own.la_code = spelling.la_code and own.own_la_code = council.la_code
group by spelling.la_code, spelling.extract_date, spelling.responsible_la
