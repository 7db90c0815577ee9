-- One row per published indicator.
select *
from read_csv(
    coalesce(getvariable('reference_folder'), 'warehouse/reference') || '/indicator.csv',
    header = true,
    auto_detect = false,
    columns = {
        'indicator_code': 'VARCHAR',
        'indicator_name': 'VARCHAR',
        'unit': 'VARCHAR',
        'period_type': 'VARCHAR',
        'polarity': 'VARCHAR',
        'decimal_places': 'INTEGER',
        'lait_measure_short': 'VARCHAR',
        'lait_measure': 'VARCHAR',
        'source_publication': 'VARCHAR',
        'first_period': 'INTEGER',
        'last_period': 'INTEGER',
        'no_quartile': 'VARCHAR'
    }
)
