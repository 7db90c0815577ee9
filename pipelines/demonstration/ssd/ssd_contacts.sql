-- One row per contact; SystemC's flags of the outcome.
select
    contact_id as cont_contact_id, person_id as cont_person_id, received_at as cont_contact_date,
    source as cont_contact_source_code, source as cont_contact_source_desc,
    '{"' || coalesce(outcome, 'OTHER') || '_FLAG": "Y"}' as cont_contact_outcome_json
from contact
where status is distinct from 'CANCELLED' and status is distinct from 'DRAFT'
