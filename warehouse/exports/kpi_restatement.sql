-- One row per figure that a later extract gave otherwise than the one before.
select kpi_restatement.*
from kpi_restatement
inner join measure using (measure_code)
order by
    kpi_restatement.la_code, measure.position, kpi_restatement.period, kpi_restatement.month,
    kpi_restatement.extract_date
