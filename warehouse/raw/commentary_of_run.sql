-- One row per extract of the run that came with commentary: how many files, how many of them unusable, what to tell of
-- them.
select
    la_code, extract_date, count(*) as files, count(*) filter (text is null) as left_out,
    flatten(list(warnings order by file_name)) as warnings
from raw.commentary
semi join raw.run_extract using (la_code, extract_date)
group by la_code, extract_date
order by la_code, extract_date
