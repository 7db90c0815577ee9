-- One row per extract and way in which its episodes name a responsible authority: whether that is this one. A
-- predecessor or successor of a reorganised council is this one; a name that is not recognised is too, and is reported.
with
spelling as (
    select distinct
        la_code, extract_date, responsible_la,
        trim(regexp_replace(lower(responsible_la), '\s+', ' ', 'g')) as folded
    from (
        select la_code, extract_date, responsible_la from staged.cla_episode
        union all
        select la_code, extract_date, responsible_la from staged.cla_episode_aside
    )
    where responsible_la is not null
),

-- Each pair of an authority and one that took its place, either way round.
reorganised as (
    select la_code, unnest(regexp_extract_all(successor_la_code, '\b\d{3}\b')) as other_la_code
    from reference.geography
    where successor_la_code is not null
),

same as (
    select la_code, other_la_code from reorganised
    union
    select other_la_code, la_code from reorganised
)

select
    spelling.la_code,
    spelling.extract_date,
    spelling.responsible_la,
    council.la_code as named_la_code,
    council.la_code is not null or spelling.folded in ('ola', 'other la', 'other local authority') as is_recognised,
    case
        when spelling.folded in ('ola', 'other la', 'other local authority') then false
        else
            council.la_code is null
            or council.la_code = spelling.la_code
            or exists (
                from same where same.la_code = spelling.la_code and same.other_la_code = council.la_code
            )
    end as is_ours
from spelling
left join reference.council on council.spelling = spelling.folded
