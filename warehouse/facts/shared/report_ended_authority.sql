-- One row per extract of an authority whose code had ended by the extract date, with its successors.
select distinct
    month.la_code, month.extract_date, 'extract' as table_name, null::bigint as row_number,
    null::varchar as record_id, null::varchar as person_id, null::varchar as column_name,
    geography.successor_la_code as raw_value, 'ended_authority' as rule, null::varchar as place
from facts.reporting_month as month
inner join reference.geography on geography.la_code = month.la_code
where geography.valid_to < month.extract_date
