-- One row per authority, month, measure and benchmark that a council quoted in its own report.
select *
from read_csv(
    coalesce(getvariable('reference_folder'), 'warehouse/reference') || '/quoted_benchmark.csv',
    header = true,
    auto_detect = false,
    columns = {
        'la_code': 'VARCHAR',
        'month': 'DATE',
        'measure_code': 'VARCHAR',
        'benchmark': 'VARCHAR',
        'benchmark_value': 'DOUBLE'
    }
)
