-- One row per target of an authority that has not ended by its latest ended month.
select target.*, measure.title
from target
inner join measure using (measure_code)
inner join latest_month on latest_month.la_code = target.la_code
where
    target.la_code = $la_code
    and coalesce(target.valid_to, date '9999-12-31') >= latest_month.month
order by target.la_code, measure.position, target.scope, target.valid_from
