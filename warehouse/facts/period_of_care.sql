-- One row per episode that makes a child looked after by us, with the start of the period of care it belongs to.
-- Episodes belong together while each ends in X1, or says nothing and runs into the next, and the next does not start
-- anew. Short breaks are left out, and what another authority is responsible for.
with
-- Every way in which an authority is written: its DfE code, its ONS codes, its name.
responsible as (
    select lower(trim(spelling)) as spelling, any_value(la_code) as la_code
    from (
        select la_code, unnest([la_code, la_code || '.0', geography_code, name, ons_code_alias]) as spelling
        from reference.geography
        where la_code is not null
    )
    where spelling is not null
    group by lower(trim(spelling))
    having count(distinct la_code) = 1
),

episode as (
    select cla_episode.*
    from staged.cla_episode
    semi join raw.run_extract using (la_code, extract_date)
    cross join reference.setting
    left join responsible on lower(cla_episode.responsible_la) = responsible.spelling
    where
        (cla_episode.legal_status is null or not list_contains(setting.cla_exclude_ls, cla_episode.legal_status))
        and cla_episode.legal_status is distinct from 'NOT_LOOKED_AFTER'
        and coalesce(responsible.la_code, cla_episode.la_code) = cla_episode.la_code
),

followed as (
    select
        episode.*,
        lag(rec) over child_episode as previous_rec,
        lag(row_number) over child_episode is null as is_first,
        coalesce(lag(coalesce(dec, date '9999-12-31')) over child_episode >= decom, false) as touches
    from episode
    window child_episode as (partition by la_code, extract_date, person_id order by decom, dec nulls last, row_number)
),

begun as (
    select
        followed.*,
        case
            when is_first then true
            when rne = 'S' then not (previous_rec is not distinct from 'X1' and touches)
            else not (previous_rec is not distinct from 'X1' or previous_rec is null and touches)
        end as begins_period
    from followed
)

select
    la_code,
    extract_date,
    person_id,
    coalesce(episode_id, concat_ws('/', person_id, decom, legal_status, placement_type)) as record_id,
    row_number,
    decom,
    dec,
    max(decom) filter (begins_period) over (
        partition by la_code, extract_date, person_id
        order by decom, dec nulls last, row_number
        rows between unbounded preceding and current row
    ) as period_start_date
from begun
