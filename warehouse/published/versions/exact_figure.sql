-- One row per figure and extract date, from the first new version of its authority on, that has a row of its own.
select stored_row.series_id, stored_row.month, stored_row.period, stored_row.extract_date, stored_row.figures
from stored_row
inner join (select distinct la_code, first_date from moment) as first using (la_code)
where stored_row.extract_date >= first.first_date
