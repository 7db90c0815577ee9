-- One row per key: what was known of it before the first new version of its authority.
select
    stored_row.la_code, stored_row.measure_code, stored_row.breakdown, stored_row.category, stored_row.month,
    stored_row.period,
    arg_max({'figures': stored_row.figures}, stored_row.extract_date).figures as figures
from stored_row
inner join (from moment where is_base) as base on
    base.la_code = stored_row.la_code and stored_row.extract_date <= base.extract_date
group by all
