-- One row per figure that an extract gives itself: the months, and the periods counted anew.
with
published as (
    select series_id, month, period from base_figure
    union
    select series_id, month, period from exact_figure
)

select series_id, month, period from own_figure
union
select published.series_id, published.month, published.period
from published
inner join series using (series_id)
where
    case published.period
        when 'month' then series.month_making <> 'none'
        when 'rolling_12_months' then series.twelve_months_making = 'anew'
        else series.quarter_making = 'anew'
    end
