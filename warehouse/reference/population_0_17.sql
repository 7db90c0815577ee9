-- One row per geography, mid-year and vintage: residents aged 0 to 17 at 30 June; is_primary marks the latest vintage.
select * replace (population_0_17::integer as population_0_17)
from read_csv(
    coalesce(getvariable('reference_folder'), 'warehouse/reference') || '/population_0_17.csv',
    header = true,
    auto_detect = false,
    columns = {
        'geography_level': 'VARCHAR',
        'geography_code': 'VARCHAR',
        'la_code': 'VARCHAR',
        'name': 'VARCHAR',
        'mid_year': 'INTEGER',
        'population_0_17': 'DOUBLE',
        'suppression': 'VARCHAR',
        'vintage': 'VARCHAR',
        'is_primary': 'BOOLEAN'
    }
)
