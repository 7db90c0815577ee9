-- One row per publication of the run and file of its extract, its commentary included.
select new_version.version, file.file_name, file.sha256
from new_version
inner join (
    select la_code, extract_date, file_name, sha256 from raw.extract_file
    union all
    select la_code, extract_date, file_name, sha256 from raw.commentary
) as file using (la_code, extract_date)
order by new_version.version, file.file_name
