-- One row per extract of an authority whose last day was before the extract date, with that day and its successors.
select extract.la_code, extract.extract_date, geography.name, geography.valid_to, geography.successor_la_code
from staged.extract
inner join reference.geography using (la_code)
where geography.valid_to < extract.extract_date
