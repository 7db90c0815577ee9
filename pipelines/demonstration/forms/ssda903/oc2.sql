-- One row per child who was looked after throughout the year, short breaks left out.
with
throughout as (
    select person_id, any_value(dob) as dob, date_sub('year', any_value(dob), getvariable('year_end')) as age
    from episode
    where legal_status not in ('V3', 'V4')
    group by person_id
    having min(period_start_date) <= getvariable('year_start') and count(*) filter (dec is null) > 0
),
checked as (
    select
        person_id,
        count(*) filter (type = 'HEALTH_ASSESSMENT' and status = 'COMPLETED') as assessments,
        count(*) filter (type = 'DENTAL_CHECK' and status = 'COMPLETED') as dental
    from cla_health
    where event_date between getvariable('year_start') and getvariable('year_end')
    group by person_id
),
immunised as (
    select person_id, arg_max_null(status, event_date) as status
    from cla_health
    where type = 'IMMUNISATIONS' and event_date <= getvariable('year_end')
    group by person_id
),
drawn as (
    -- Answers that no table holds, from the digits of the child's id: the same in every year.
    select person_id, ('0x' || md5(person_id)[1:6])::int as lot from throughout
)
select
    throughout.person_id as CHILD,
    british(throughout.dob) as DOB,
    case when age between 4 and 16 and lot % 10 > 1 then (lot % 32)::varchar end as SDQ_SCORE,
    case when age between 4 and 16 and lot % 10 <= 1 then 'SDQ' || (1 + lot % 5) end as SDQ_REASON,
    case when age >= 10 then (lot % 40 = 0)::int::varchar end as CONVICTED,
    case when age < 5 then (coalesce(assessments, 0) > 0)::int::varchar end as HEALTH_CHECK,
    (coalesce(immunised.status, '') = 'UP_TO_DATE')::int::varchar as IMMUNISATIONS,
    (coalesce(dental, 0) > 0)::int::varchar as TEETH_CHECK,
    (coalesce(assessments, 0) >= case when age < 5 then 2 else 1 end)::int::varchar as HEALTH_ASSESSMENT,
    (age >= 10 and lot % 30 = 1)::int::varchar as SUBSTANCE_MISUSE,
    case when age >= 10 and lot % 30 = 1 then (lot % 2)::varchar end as INTERVENTION_RECEIVED,
    case when age >= 10 and lot % 30 = 1 and lot % 2 = 0 then '1' end as INTERVENTION_OFFERED
from throughout
join drawn using (person_id)
left join checked using (person_id)
left join immunised using (person_id)
order by throughout.person_id
