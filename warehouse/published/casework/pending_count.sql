-- One row per version of the run and clock of which anything can be said: how many items are open.
select
    new_version.version, new_version.la_code, new_version.extract_date, clock.measure_code,
    count(pending.measure_code) as pending, count(*) filter (pending.is_overdue) as overdue,
    count(pending.measure_code) filter (pending.clock_start is null) as without_start,
    count(*) filter (
        not pending.is_overdue
        and pending.due_date between new_version.extract_date and new_version.extract_date + interval 7 day
    ) as due_within_seven_days
from new_version
cross join (
    select measure_code from facts.pending
    union
    select measure_code from measures.measure where measure_code in (select unnest($clocks))
) as clock
anti join (from measures.not_computable where not has_count) as lacking using (la_code, extract_date, measure_code)
left join facts.pending using (la_code, extract_date, measure_code)
where new_version.kind = 'publication'
group by all
order by new_version.version, clock.measure_code
