-- One row per child adopted in the year.
select
    person_id as CHILD,
    british(dob) as DOB,
    british(ordered - 28) as DATE_INT,
    british(coalesce(placed, adopted - 180) - 14) as DATE_MATCH,
    by_foster_carer::int::varchar as FOSTER_CARE,
    case when person_id[-1:]::int < 8 then '2' else '1' end as NB_ADOPTR,
    case when person_id[-1:]::int < 6 then 'MF' when person_id[-1:]::int < 8 then 'FF' else 'F1' end as SEX_ADOPTR,
    case when person_id[-1:]::int < 5 then 'L11' when person_id[-1:]::int < 8 then 'L3' else 'L0' end as LS_ADOPTR
from adoption
where adopted between getvariable('year_start') and getvariable('year_end')
order by person_id
