-- One row per authority and fact whose records name what children share: the mean number of children that share one,
-- weighted by themselves, which is by how much brothers and sisters widen a share.
-- Reads case_of_fact (la_code, fact, extract_date, month, record_id), one row per child's case, and new_version.
with
family as (
    select la_code, fact, month, record_id, count(*) as children
    from case_of_fact
    where
        record_id is not null
        and month is not null
        and (la_code, extract_date) in (select (la_code, max(extract_date)) from new_version group by la_code)
    group by la_code, fact, month, record_id
)

select la_code, fact, sum(children * children) / sum(children) as design_factor
from family
group by la_code, fact
having max(children) > 1
