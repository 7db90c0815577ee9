-- One row per extract of the run: how many rows a fact has of it.
select fact.la_code, fact.extract_date, count(*) as rows
from fact semi join raw.run_extract using (la_code, extract_date)
group by fact.la_code, fact.extract_date
