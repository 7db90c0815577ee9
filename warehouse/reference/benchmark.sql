-- One row per indicator, geography and period end: the figure in its latest vintage.
select *
from read_parquet(coalesce(getvariable('reference_folder'), 'warehouse/reference') || '/benchmark.parquet')
