-- One row per target of an authority. A month is 12 x year + month - 1; a target holds on the last day of a month.
select
    measure_code, scope, target as value, 12 * year(valid_from) + month(valid_from) - 1 as first,
    if(valid_to is null, null, 12 * year(valid_to + 1) + month(valid_to + 1) - 2) as last
from target
where la_code = $la_code
order by measure_code, scope, valid_from
