-- One row per authority of the run and setting that is not what its last version was made with, where published figures
-- of the same files would move by it: the values as JSON, and how many extracts, figures and final figures move.
with
made_of as (
    select kpi_version.la_code, kpi_version.extract_date, kpi_version.version, kpi_version.inputs_sha256
    from kpi.kpi_version
    semi join new_version using (la_code)
    where kpi_version.version < (select min(version) from new_version)
),

last_version as (
    select la_code, max(version) as version from made_of group by la_code
),

changed as (
    select last_version.la_code, setting_value.key, before.value as value_before, setting_value.value
    from last_version
    inner join kpi.version_setting as before on before.version = last_version.version
    inner join reference.setting_value on setting_value.key = before.key
    where setting_value.value <> before.value
),

-- Extracts whose files are those of their version before: what moves in them moves by the settings alone.
same_files as (
    select new_version.version, new_version.la_code
    from new_version
    inner join made_of using (la_code, extract_date, inputs_sha256)
    where new_version.kind = 'publication'
    group by new_version.version, new_version.la_code
),

moved as (
    select
        change.la_code, count(distinct change.extract_date) as extracts, count(*) as figures,
        count(*) filter (change.was_final) as final_figures
    from change
    inner join same_files using (version, la_code)
    where change.is_restated and change.breakdown = ''
    group by change.la_code
)

select changed.la_code, changed.key, changed.value_before, changed.value, moved.extracts, moved.figures,
    moved.final_figures
from changed
inner join moved using (la_code)
order by changed.la_code, changed.key
