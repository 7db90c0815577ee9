-- One row per missing episode whose return home interview contradicts it.
select
    la_code, extract_date, 'missing' as table_name, row_number, record_id, person_id, 'rhi_at' as column_name,
    rhi_at::varchar as raw_value, 'interview_not_accepted' as rule, place
from staged.missing
where rhi_at is not null and not rhi_accepted
