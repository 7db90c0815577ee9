-- One row per clock and stretch of time in which one standard holds for it: from `from_date` up to, not including,
-- `until_date`. The last one holds without end.
select
    clock,
    days,
    coalesce(valid_from, date '1900-01-01') as from_date,
    coalesce(
        lead(valid_from) over (partition by clock order by valid_from nulls first), date '9999-12-31'
    ) as until_date
from reference.standard
