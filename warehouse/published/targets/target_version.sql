-- One row per target of a publication: those that its authority landed, and by the setting `local_target` those of the
-- measures for which it landed none of its own.
with
named as (
    select new_version.version, new_version.la_code, entry.entry.key as measure_code, entry.entry.value as target
    from new_version
    cross join (select unnest(map_entries(local_target)) as entry from reference.setting) as entry
    where new_version.kind = 'publication'
)

select
    new_version.version, la_code, target.measure_code, target.valid_from, target.valid_to, target.target,
    target.tolerance, target.scope, target.source
from staged.target
inner join new_version using (la_code, extract_date)
where new_version.kind = 'publication'
union all
select
    named.version, named.la_code, named.measure_code, date '1900-01-01', null, named.target, 0, 'local',
    'setting local_target'
from named
anti join (select * from staged.target where scope = 'local') as landed using (la_code, measure_code)
order by all
