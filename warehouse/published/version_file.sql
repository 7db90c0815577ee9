-- One row per publication of the run and file of its extract.
select new_version.version, extract_file.file_name, extract_file.sha256
from new_version
inner join raw.extract_file using (la_code, extract_date)
order by new_version.version, extract_file.file_name
