-- One row per source of benchmark figures: the publication, its table and the vintage.
select *
from read_csv(
    coalesce(getvariable('reference_folder'), 'warehouse/reference') || '/source.csv',
    header = true,
    auto_detect = false,
    columns = {
        'source_id': 'VARCHAR',
        'source_publication': 'VARCHAR',
        'source_table': 'VARCHAR',
        'vintage': 'VARCHAR',
        'licence': 'VARCHAR'
    }
)
