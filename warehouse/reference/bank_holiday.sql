-- One row per bank holiday of England and Wales that falls on a Monday to Friday, 2000 to 2035.
-- `is_projected`: it follows from the rules, and was not announced yet when the file was made.
select
    division,
    date,
    title,
    is_projected,
    version
from read_csv(
    coalesce(getvariable('reference_folder'), 'warehouse/reference') || '/bank_holiday.csv',
    header = true,
    auto_detect = false,
    columns = {'division': 'VARCHAR', 'date': 'DATE', 'title': 'VARCHAR', 'is_projected': 'BOOLEAN',
        'version': 'VARCHAR'}
)
order by date
