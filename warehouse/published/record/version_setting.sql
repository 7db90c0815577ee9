-- One row per publication of the run and setting that decides numbers; beside them, as closure_days, the days on which the
-- authority says that it is closed.
select new_version.version, setting_value.key, setting_value.value
from new_version
cross join reference.setting_value
union all by name
select
    new_version.version,
    'closure_days' as key,
    to_json(list(closure_day.date::varchar order by closure_day.date))::varchar as value
from new_version
inner join staged.closure_day using (la_code, extract_date)
group by new_version.version
order by version, key
