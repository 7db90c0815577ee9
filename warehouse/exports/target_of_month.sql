-- One row per target of an authority that has not ended by its month.
select target.*, measure.title
from target
inner join measure using (measure_code)
where target.la_code = $la_code and coalesce(target.valid_to, date '9999-12-31') >= $month
order by measure.position, target.scope, target.valid_from
