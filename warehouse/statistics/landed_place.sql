-- One row per way in which files say a year and a place, with the names there and the last file that does.
select
    time_period, geographic_level, country_code, region_code, old_la_code, new_la_code,
    arg_max(la_name, file_id) as la_name,
    arg_max(region_name, file_id) as region_name,
    max(file_id) as file_id
from landed_row
group by all
