-- One row per measure, month and period that a version changed from what the publication before had said.
select measure_code, month, period, numerator_before, denominator_before, value_before, version_before, extract_date_before,
    numerator, denominator, value, version, extract_date
from publication_change
where la_code = $la_code and version = $version and month <= $month and period = 'month' and status is not null
order by measure_code, month desc
