-- One row per case of the figure, those that are not in its numerator first.
select
    person_id, record_id, clock_start, event_date, due_date, working_days, coalesce(numerator > 0, true) as is_achieved,
    numerator, denominator, reason, table_name,
    row_number, place
from kpi_case
where la_code = $la_code and measure_code = $measure_code and month = $month
order by numerator, working_days desc nulls first, person_id, record_id
