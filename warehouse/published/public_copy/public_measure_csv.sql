-- One row per row of public_measure, with the publication.
select * exclude (published_at)
from public_measure cross join public_publication
order by public_measure.rowid
