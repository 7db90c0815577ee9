-- One row per target of an authority.
select target.*
from target
inner join measure using (measure_code)
order by target.la_code, measure.position, target.scope, target.valid_from
