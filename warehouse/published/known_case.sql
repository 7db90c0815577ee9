-- One row per measure, month and case behind a publication of the run: what a later publication is compared with. A case
-- is told by a hash of its ids, so that this table names nobody.
select
    new_version.version, contribution.la_code, contribution.extract_date, contribution.measure_code,
    contribution.month, hash(contribution.person_id, contribution.record_id) as case_id, contribution.numerator,
    contribution.denominator
from measures.contribution
inner join new_version using (la_code, extract_date)
