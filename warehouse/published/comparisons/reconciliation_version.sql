-- One row per row of the reconciliation of the run's authorities, under the latest of their new versions.
select of_run.version, current_reconciliation.*
from current_reconciliation
inner join (select la_code, max(version) as version from new_version group by la_code) as of_run using (la_code)
