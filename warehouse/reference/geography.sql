-- One row per geography: England, nine regions, Inner and Outer London, and each authority that is or was.
select *
from read_csv(
    coalesce(getvariable('reference_folder'), 'warehouse/reference') || '/geography.csv',
    header = true,
    auto_detect = false,
    columns = {
        'geography_level': 'VARCHAR',
        'la_code': 'VARCHAR',
        'geography_code': 'VARCHAR',
        'name': 'VARCHAR',
        'region_code': 'VARCHAR',
        'region_name': 'VARCHAR',
        'parent_region_code': 'VARCHAR',
        'parent_region_name': 'VARCHAR',
        'ons_code_alias': 'VARCHAR',
        'valid_from': 'DATE',
        'valid_to': 'DATE',
        'successor_la_code': 'VARCHAR'
    }
)
