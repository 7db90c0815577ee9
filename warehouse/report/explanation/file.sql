-- One row per table of the authority's latest extract: the file that it came in.
select table_name, file_name
from casework.extract_file
where la_code = $la_code and extract_date = $extract_date
