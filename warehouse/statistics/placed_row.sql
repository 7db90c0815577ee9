-- One row per file and row whose filters are asked for: its year, its place and its cells that are read.
select
    landed.file_id,
    landed.layout_id,
    landed.row_number,
    landed.cells,
    filter_1.filter_key as filter_1,
    filter_2.filter_key as filter_2,
    make_date(place.year, layout.year_ends_month, layout.year_ends_day) as period_end,
    place.geography_level,
    place.geography_code,
    place.la_code,
    place.place
from landed_row as landed
inner join layout using (layout_id)
inner join place on
    place.time_period is not distinct from landed.time_period
    and place.geographic_level is not distinct from landed.geographic_level
    and place.country_code is not distinct from landed.country_code
    and place.region_code is not distinct from landed.region_code
    and place.old_la_code is not distinct from landed.old_la_code
    and place.new_la_code is not distinct from landed.new_la_code
inner join filter_text as filter_1 on
    filter_1.layout_id = landed.layout_id
    and filter_1.place = 1
    and filter_1.text is not distinct from landed.filter_1
inner join filter_text as filter_2 on
    filter_2.layout_id = landed.layout_id
    and filter_2.place = 2
    and filter_2.text is not distinct from landed.filter_2
