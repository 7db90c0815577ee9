-- One row per version of the run and file of its extract, its commentary included.
select new_version.version, input_file.file_name, input_file.sha256
from new_version
inner join input_file using (la_code, extract_date)
order by new_version.version, input_file.file_name
