-- One row per raw row of the run's extracts.
select rows_of_table.* exclude (has_content)
from rows_of_table
semi join raw.run_extract using (la_code, extract_date)
