-- One row per child and missing episode or absence that touches the year and began while the child was looked after.
select
    missing.person_id as CHILD,
    british(person.dob) as DOB,
    missing.type as MISSING,
    british(missing.start_at::date) as MIS_START,
    case when missing.end_at::date <= getvariable('year_end') then british(missing.end_at::date) end as MIS_END
from missing
join person using (person_id)
where missing.start_at::date <= getvariable('year_end')
    and (missing.end_at is null or missing.end_at::date >= getvariable('year_start'))
    and exists (
        select 1
        from episode
        where episode.person_id = missing.person_id
            and episode.decom <= missing.start_at::date
            and (episode.dec is null or episode.dec >= missing.start_at::date)
    )
order by missing.person_id, missing.start_at
