-- One row per publication and the end of the year that it is about: the day on which it first came out.
select *
from read_csv(
    coalesce(getvariable('reference_folder'), 'warehouse/reference') || '/release.csv',
    header = true,
    auto_detect = false,
    columns = {'source_publication': 'VARCHAR', 'period_end': 'DATE', 'released_on': 'DATE'}
)
