-- One row per authority: the publication that exports were made of, as their list says.
select la_code, authority, extract_date, version, latest_version, published_at
from read_csv(?, header = true, columns = {
    'la_code': 'VARCHAR', 'authority': 'VARCHAR', 'extract_date': 'DATE', 'version': 'INTEGER',
    'latest_version': 'INTEGER', 'published_at': 'TIMESTAMP'
})
order by la_code
