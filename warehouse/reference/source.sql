-- One row per source of benchmark figures: the publication, its table and the vintage. Of two vintages the later is the one
-- whose last year is later, then the one that came out later.
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
        'licence': 'VARCHAR',
        'last_year': 'INTEGER',
        'released_on': 'DATE'
    }
)
