-- One row per layout, filter and text that stands there and is asked for. A file without a filter asks for none.
with
said as (
    select layout_id, 1 as place, filter_1 as text from landed_row group by all
    union all
    select layout_id, 2 as place, filter_2 as text from landed_row group by all
),

asked as (
    select layout_id, 1 as place, filter_1 as filter_key from wanted_figure group by all
    union
    select layout_id, 2 as place, filter_2 as filter_key from wanted_figure group by all
    union
    select layout_id, 2 as place, total as filter_key from wanted_figure where total is not null
)

select said.layout_id, said.place, said.text, asked.filter_key
from said
inner join asked on
    asked.layout_id = said.layout_id
    and asked.place = said.place
    and asked.filter_key is not distinct from if(said.text is null, null, statistic_key(said.text))
