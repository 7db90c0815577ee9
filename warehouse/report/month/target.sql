-- One row per measure with a target that a version was made with and that holds on the last day of the month; a local one
-- goes before a national one.
select measure_code, valid_from, scope, target, tolerance
from target_version
where
    version = $version and la_code = $la_code
    and last_day($month::date) between valid_from and coalesce(valid_to, date '9999-12-31')
qualify row_number() over (partition by measure_code order by scope = 'national') = 1
order by measure_code
