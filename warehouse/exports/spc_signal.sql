-- One row per authority, measure and signal.
select spc_signal.*
from spc_signal
inner join measure using (measure_code)
order by spc_signal.la_code, measure.position, spc_signal.first_month, spc_signal.kind
