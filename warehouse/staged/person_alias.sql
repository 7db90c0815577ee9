-- Merged children of the run's extracts, each with the last id of its chain; a chain that closes on itself is no merge.
insert into staged.person_alias
with recursive
merged as (
    select la_code, extract_date, person_id, master_person_id
    from staged.person semi join raw.run_extract using (la_code, extract_date)
    where master_person_id <> person_id
),

chain as (
    select la_code, extract_date, person_id, master_person_id, 1 as steps from merged
    union all
    select chain.la_code, chain.extract_date, chain.person_id, merged.master_person_id, chain.steps + 1
    from chain
    inner join merged on
        merged.la_code = chain.la_code
        and merged.extract_date = chain.extract_date
        and merged.person_id = chain.master_person_id
    where chain.steps < 20 and merged.master_person_id <> chain.person_id
)

select la_code, extract_date, person_id, arg_max(master_person_id, steps)
from chain
group by la_code, extract_date, person_id
having max(steps) < 20
