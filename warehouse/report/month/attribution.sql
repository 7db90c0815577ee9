-- One row: whose figures the benchmarks and populations are, and under which licence.
select text
from attribution
