-- One row per child with an episode of care, by a number of its own, with the days that bound its being looked after.
select
    episode.la_code,
    episode.extract_date,
    episode.person_id,
    row_number() over () as child_number,
    child.birth_date,
    coalesce(child.birth_date, child.expected_birth_date) as born_on,
    birthday(18, child.birth_date) as eighteenth_birthday,
    child.death_date,
    coalesce(child.uasc, false) as is_unaccompanied
from (
    select la_code, extract_date, person_id from staged.cla_episode
    union
    select la_code, extract_date, person_id from staged.cla_episode_aside where person_id is not null
) as episode
left join facts.child using (la_code, extract_date, person_id)
