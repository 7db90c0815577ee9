-- One row per authority: its name and region.
select la_code, any_value(name) as name, any_value(region_name) as region_name
from reference.geography
where geography_level = 'Local authority'
group by la_code
order by la_code
