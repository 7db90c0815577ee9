-- One row per child placed for adoption in the year.
select
    person_id as CHILD,
    british(dob) as DOB,
    british(placed) as DATE_PLACED,
    null::varchar as DATE_PLACED_CEASED,
    null::varchar as REASON_PLACED_CEASED
from adoption
where placed between getvariable('year_start') and getvariable('year_end')
order by person_id
