-- One row: what became of all the rows of a version's extract.
select rows_in, rows_used, rows_quarantined, rows_duplicate, percent_quarantined
from extract_row_total
where version = $version
