-- One row per contact: what came of it by its flags, and whether it has a text of them in which none was found.
select
    cont_contact_id as contact_id,
    cont_person_id as person_id,
    cont_contact_date as received_at,
    -- In SystemC the code is a number of its own list, and may look like one of the census.
    coalesce(
        said_of(cont_contact_source_desc),
        case when getvariable('system') <> 'systemc' then said_of(cont_contact_source_code) end
    ) as source,
    case
        when has_flag(cont_contact_outcome_json, 'NEW_REFERRAL') then 'NEW_REFERRAL'
        when has_flag(cont_contact_outcome_json, 'EXISTING_REFERRAL') then 'EXISTING_REFERRAL'
        when has_flag(cont_contact_outcome_json, 'CP_ENQUIRY') then 'CP_ENQUIRY'
        when has_flag(cont_contact_outcome_json, 'EARLY_HELP') then 'EARLY_HELP'
        when has_flag(cont_contact_outcome_json, 'ADVICE') then 'ADVICE'
        when has_flag(cont_contact_outcome_json, 'NFA') then 'NFA'
        when has_flag(cont_contact_outcome_json, 'OTHER') then 'OTHER'
    end as outcome,
    -- A text without a flag is a list of descriptions, and one that is empty says nothing: neither gives an outcome.
    coalesce(not regexp_matches(cont_contact_outcome_json, '_flag"\s*:', 'i'), true) as _unread_outcome
from ssd_contacts
