-- One row: the name of an authority.
select name
from authority
where la_code = $la_code
