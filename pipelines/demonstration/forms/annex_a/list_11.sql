-- One row per prospective adopter: one or two for each child placed in the twelve months before the inspection.
with
adopter as (
    select *, unnest(range(1, 2 + (person_id[-1:]::int < 8)::int)) as place from placed where placed is not null
)
select
    'AD' || person_id[2:] || '-' || place as "Individual adopter identifier",
    family as "Family identifier",
    case when place = 1 then 'b) Female' else 'a) Male' end as "Gender",
    'a) WBRI' as "Ethnicity",
    'b) No' as "Disability",
    'b) No' as "Is the (prospective) adopter fostering for adoption?",
    placed - 420 as "Date enquiry received",
    placed - 390 as "Date Stage 1 started",
    placed - 330 as "Date Stage 1 ended",
    placed - 329 as "Date Stage 2 started",
    placed - 210 as "Date Stage 2 ended",
    placed - 205 as "Date application submitted",
    placed - 180 as "Date application approved",
    placed - 14 as "Date adopter matched with child(ren)",
    placed as "Date child/children placed with adopter(s)",
    1 as "No. of children placed",
    adopted as "Date of Adoption Order",
    null::date as "Date of leaving adoption process",
    null::varchar as "Reason for leaving adoption process"
from adopter
order by placed, person_id, place
