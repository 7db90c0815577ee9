-- One row per child and early help assessment: those that a contact of six months before led to.
select
    contact.person_id as "Child Unique ID",
    child.gender as "Gender",
    child.ethnicity as "Ethnicity",
    child.birth as "Date of Birth",
    child.age as "Age of Child (Years)",
    contact.received_at::date + 7 as "Assessment start date",
    case when contact.received_at::date + 40 <= getvariable('extract_date') then contact.received_at::date + 40 end
        as "Assessment completion date",
    'Early Help Locality ' || (1 + contact.contact_id[-1:]::int % 4) as "Organisation completing assessment"
from contact
join child using (person_id)
where is_in_window(contact.received_at::date + 7) and contact.outcome = 'EARLY_HELP' and contact.status <> 'CANCELLED'
order by contact.received_at, contact.contact_id, contact.person_id
