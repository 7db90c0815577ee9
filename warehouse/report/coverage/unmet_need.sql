-- One row per measure that an extract cannot give and thing that the measure lacks there, in the order of the catalogue.
select unmet_need.measure_code, unmet_need.table_name, unmet_need.column_names, unmet_need.is_any_enough, unmet_need.reason
from unmet_need
inner join measure using (measure_code)
where unmet_need.la_code = $la_code and unmet_need.extract_date = $extract_date
order by measure.position, unmet_need.is_any_enough, unmet_need.table_name, len(unmet_need.column_names), unmet_need.reason
