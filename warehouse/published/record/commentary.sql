-- One row per version of the run and commentary that its extract came with.
select
    new_version.version, commentary.la_code, commentary.month, commentary.measure_code, commentary.author,
    commentary.written_on, commentary.text, commentary.file_name, commentary.sha256
from new_version
inner join staged.commentary using (la_code, extract_date)
where commentary.text is not null
order by new_version.version, commentary.month, commentary.measure_code
