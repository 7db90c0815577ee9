-- One row per entry of a conference on a child that is real, those set aside for another cell included: whether it was
-- held, whether it is still to be held, and the enquiry that it names.
with
enquiry as (
    select la_code, extract_date, person_id, s47_id, start_date
    from staged.s47
    where is_real(status)
    union all
    select la_code, extract_date, person_id, s47_id, start_date
    from staged.s47_aside
    anti join staged.s47 using (la_code, extract_date, s47_id, person_id)
    where start_date is not null and person_id is not null
    qualify is_last_row_of(s47_id, start_date) and is_real(status)
),

-- Ids of enquiries of which any row came, another child's and a cancelled one included.
kept_enquiry as (
    select la_code, extract_date, s47_id from staged.s47
    union
    select la_code, extract_date, s47_id from staged.s47_aside
),

conference as (
    select icpc.*, true as is_used
    from staged.icpc
    where is_real(status)
    union all by name
    select icpc_aside.*, false as is_used
    from staged.icpc_aside
    anti join staged.icpc using (la_code, extract_date, icpc_id, person_id)
    where icpc_date is not null and person_id is not null
    qualify is_last_row_of(icpc_id, icpc_date) and is_real(status)
),

judged as (
    select
        conference.*,
        -- An adjourned conference was held on the day on which it reached a decision.
        icpc_date is not null
        and (is_done(status) or status = 'ADJOURNED' and outcome_cp is not null) as is_held
    from conference
)

select
    conference.la_code,
    conference.extract_date,
    conference.person_id,
    conference.icpc_id,
    conference.planned_date,
    conference.icpc_date,
    conference.status,
    coalesce(conference.transfer_in, false) as is_transfer_in,
    conference.notification_date,
    conference.outcome_cp,
    conference.cp_plan_id,
    conference.is_held,
    -- One that is said to be held and has no date is not waited for.
    not conference.is_held and conference.status is distinct from 'DONE' as is_to_be_held,
    enquiry.s47_id as linked_s47_id,
    enquiry.start_date as linked_start_date,
    -- An enquiry of which no row is there, not even another child's, may be from before the table is complete.
    conference.s47_id is not null
    and kept_enquiry.s47_id is null
    and coverage.complete_from is not null as is_history_missing,
    -- It must be where the conference itself is.
    coalesce(
        conference.s47_id is not null and kept_enquiry.s47_id is null and conference.icpc_date < coverage.complete_from,
        false
    ) as is_enquiry_cut_off,
    conference.referral_id,
    conference.is_used,
    conference.row_number
from judged as conference
left join enquiry using (la_code, extract_date, s47_id, person_id)
left join kept_enquiry using (la_code, extract_date, s47_id)
left join (from staged.coverage where table_name = 's47') as coverage using (la_code, extract_date)
-- None was held after the extract, whatever a row that was set aside says.
where conference.is_used or not conference.is_held or conference.icpc_date <= conference.extract_date
