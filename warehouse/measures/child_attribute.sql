-- One row per child: the categories of the breakdowns that are the child's own.
select
    child.la_code, child.extract_date, child.person_id, child.birth_date, child.expected_birth_date,
    case child.sex when 'M' then 'male' when 'F' then 'female' when 'U' then 'not known' end as sex,
    ethnicity.category as ethnicity,
    case when child.disabled then 'yes' when not child.disabled then 'no' end as disability,
    case when child.uasc then 'yes' when not child.uasc then 'no' end as unaccompanied,
    locality.locality
from facts.child
left join reference.category as ethnicity on ethnicity.breakdown = 'ethnicity' and ethnicity.code = child.ethnicity
left join reference.locality on
    locality.la_code = child.la_code
    and locality.postcode = upper(replace(child.postcode, ' ', ''))
