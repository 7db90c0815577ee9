-- One row per extract: how many rows of the table in hand ended in which state.
insert into staged.row_count
select
    judged.la_code, judged.extract_date, $table_name,
    count(*),
    count(*) filter (not_used.state is null),
    count(*) filter (not_used.state = 'quarantined'),
    count(*) filter (not_used.state = 'duplicate')
from judged left join not_used using (row_id)
group by judged.la_code, judged.extract_date
