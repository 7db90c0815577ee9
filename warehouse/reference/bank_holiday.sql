-- One row per bank holiday of England and Wales that falls on a Monday to Friday, 2000 to 2030.
select
    division,
    date,
    title,
    version
from read_csv(
    coalesce(getvariable('reference_folder'), 'warehouse/reference') || '/bank_holiday.csv',
    header = true,
    auto_detect = false,
    columns = {'division': 'VARCHAR', 'date': 'DATE', 'title': 'VARCHAR', 'version': 'VARCHAR'}
)
order by date
