-- One row per contact and child: all contacts received in the six months before the inspection.
select
    contact.person_id as "Child Unique ID",
    child.gender as "Gender",
    child.ethnicity as "Ethnicity",
    child.birth as "Date of Birth",
    child.age as "Age of Child (Years)",
    contact.received_at::date as "Date of Contact",
    source(contact.source) as "Contact Source"
from contact
join child using (person_id)
where is_in_window(contact.received_at::date) and contact.status <> 'CANCELLED'
order by contact.received_at, contact.contact_id, contact.person_id
