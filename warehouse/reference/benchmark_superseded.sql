-- One row per indicator, geography, period end and source: a figure as an earlier vintage had it.
select *
from read_parquet(coalesce(getvariable('reference_folder'), 'warehouse/reference') || '/benchmark_superseded.parquet')
