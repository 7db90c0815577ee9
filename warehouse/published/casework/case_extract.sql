-- One row per authority of the run whose latest extract is of the run: its cases are of that.
select la_code, extract_date from latest_extract
