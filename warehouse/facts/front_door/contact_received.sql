-- One row per child and contact received.
select
    la_code,
    extract_date,
    date_trunc('month', received_at)::date as month,
    person_id,
    contact_id as record_id,
    received_at::date as event_date,
    received_at::date as attribute_date,
    outcome is not distinct from 'NEW_REFERRAL' as is_new_referral,
    case
        when outcome is null then 'No outcome is recorded'
        when outcome <> 'NEW_REFERRAL' then 'Another outcome than a new referral'
    end as reason,
    source as referral_source,
    team,
    'contact' as table_name,
    row_number
from staged.contact
where is_real(status)
