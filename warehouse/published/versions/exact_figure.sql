-- One row per key and extract date, from the first new version of its authority on, that has a row of its own.
select stored_row.*
from stored_row
inner join (from moment where is_base) as base on
    base.la_code = stored_row.la_code and stored_row.extract_date > base.extract_date
