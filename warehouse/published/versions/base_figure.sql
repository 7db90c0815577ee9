-- One row per figure: what was known of it before the first new version of its authority.
select
    stored_row.series_id, stored_row.month, stored_row.period,
    arg_max({'figures': stored_row.figures}, stored_row.extract_date).figures as figures
from stored_row
inner join (select distinct la_code, first_date from moment) as first using (la_code)
where stored_row.extract_date < first.first_date
group by all
