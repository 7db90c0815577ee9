-- One row per new version whose cases can be set beside those of the extract before it, or of the version before of the
-- same extract (`is_own`): where these are. `in_run`: they are of this run; else they are the published ones of the
-- authority. `is_after_new`: the extract before it has a new version too.
with
held as (
    select la_code, extract_date, true as in_run from new_version where kind = 'publication'
    union all
    select la_code, extract_date, false from held_case
),

candidate as (
    select
        new_version.version, new_version.la_code, new_version.extract_date, held.extract_date as extract_date_before,
        held.in_run
    from new_version
    inner join held on
        held.la_code = new_version.la_code
        and held.extract_date <= new_version.extract_date
        and not (held.in_run and held.extract_date = new_version.extract_date)
    where new_version.kind = 'publication'
    qualify
        row_number() over (
            partition by new_version.version order by held.extract_date desc, held.in_run desc
        ) = 1
)

select
    candidate.*, candidate.extract_date_before = candidate.extract_date as is_own,
    coalesce((
        select arg_max(before.version is not null, before.extract_date)
        from moment as before
        where before.la_code = candidate.la_code and before.extract_date < candidate.extract_date
    ), false) as is_after_new
from candidate
left join moment on
    moment.la_code = candidate.la_code
    and moment.extract_date > candidate.extract_date_before
    and moment.extract_date < candidate.extract_date
where moment.la_code is null
