-- One row per enquiry that awaits a conference and began before conferences are complete: one that answered it may have
-- been cut off.
select
    enquiry.la_code, enquiry.extract_date, 's47' as table_name, enquiry.row_number, enquiry.record_id,
    enquiry.person_id, 'start_date' as column_name, enquiry.clock_start::varchar as raw_value,
    'missing_history' as rule, s47.place
from facts.enquiry
inner join staged.s47 on
    s47.la_code = enquiry.la_code
    and s47.extract_date = enquiry.extract_date
    and s47.s47_id = enquiry.record_id
    and s47.person_id = enquiry.person_id
inner join (from staged.coverage where table_name = 'icpc') as coverage on
    coverage.la_code = enquiry.la_code and coverage.extract_date = enquiry.extract_date
where
    enquiry.is_conference_awaited
    and not enquiry.is_answered
    and enquiry.clock_start < coverage.complete_from
