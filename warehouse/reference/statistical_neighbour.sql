-- One row per neighbour model, authority and rank: the ten authorities that DfE's model says are most like it.
select
    neighbour.neighbour_model,
    model.neighbour_model_name,
    model.in_force_from,
    neighbour.la_code,
    neighbour.rank,
    neighbour.neighbour_la_code,
    neighbour.closeness
from read_csv(
    coalesce(getvariable('reference_folder'), 'warehouse/reference') || '/statistical_neighbour.csv',
    header = true,
    auto_detect = false,
    columns = {
        'neighbour_model': 'VARCHAR',
        'la_code': 'VARCHAR',
        'rank': 'INTEGER',
        'neighbour_la_code': 'VARCHAR',
        'closeness': 'VARCHAR'
    }
) as neighbour
inner join read_csv(
    coalesce(getvariable('reference_folder'), 'warehouse/reference') || '/neighbour_model.csv',
    header = true,
    auto_detect = false,
    columns = {
        'neighbour_model': 'VARCHAR',
        'neighbour_model_name': 'VARCHAR',
        'in_force_from': 'DATE',
        'source': 'VARCHAR'
    }
) as model using (neighbour_model)
order by model.in_force_from, neighbour.la_code, neighbour.rank
