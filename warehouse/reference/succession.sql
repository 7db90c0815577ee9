-- One row per authority that is reorganised and authority that takes its place: since when, and whether that is in force,
-- decided or proposed. Without a code the successor has none yet. `extent`: the authority became part of its successor as a
-- whole, or the successor is a part of it, or took no more than a fragment.
select *
from read_csv(
    coalesce(getvariable('reference_folder'), 'warehouse/reference') || '/succession.csv',
    header = true,
    auto_detect = false,
    columns = {
        'la_code': 'VARCHAR',
        'name': 'VARCHAR',
        'successor_la_code': 'VARCHAR',
        'successor_name': 'VARCHAR',
        'changed_on': 'DATE',
        'status': 'VARCHAR',
        'extent': 'VARCHAR'
    }
)
