-- One row per episode that makes a child looked after by us: the day on which it ended, the period of care that it
-- belongs to, and the days on which the child is looked after under it: `from_date` up to, not including, `until_date`.
-- Short breaks are left out, and so is what another authority is responsible for or what makes nobody looked after.
-- An episode that was set aside counts in nothing and ends nothing, and still stands in the chain.
with
episode as (
    select
        la_code, extract_date, person_id, record_id, row_number, place, period_id, decom, dec, rne, rec, legal_status,
        placement_type, placement_postcode, responsible_la, period_start_date, false as is_set_aside
    from staged.cla_episode
    union all
    select
        la_code, extract_date, person_id, record_id, row_number, place, period_id, decom,
        case when dec between decom and extract_date then dec end,
        rne, rec, legal_status, placement_type, placement_postcode, responsible_la, period_start_date, true
    from staged.cla_episode_aside as aside
    where
        decom <= extract_date
        -- One whose key stands in a row that is used is no record of its own.
        and not exists (
            from staged.cla_episode as used
            where
                used.la_code = aside.la_code
                and used.extract_date = aside.extract_date
                and used.person_id = aside.person_id
                and used.decom = aside.decom
                and used.legal_status is not distinct from aside.legal_status
                and used.placement_type is not distinct from aside.placement_type
        )
    qualify
        row_number() over (
            partition by la_code, extract_date, person_id, decom, legal_status, placement_type order by row_number desc
        ) = 1
),

judged as (
    select
        episode.*,
        child.child_number,
        child.born_on,
        child.eighteenth_birthday,
        child.death_date,
        episode.legal_status is distinct from 'NOT_LOOKED_AFTER' as is_counted,
        coalesce(list_contains(setting.cla_exclude_ls, episode.legal_status), false) as is_short_break,
        row_number() over (
            partition by child.child_number
            order by episode.decom, episode.dec nulls last, episode.is_set_aside, episode.row_number
        ) as episode_number
    from episode
    inner join facts.child_in_care as child using (la_code, extract_date, person_id)
    cross join reference.setting
    left join facts.own_authority as own on
        own.la_code = episode.la_code and own.own_la_code = episode.responsible_la
    where episode.responsible_la is null or own.own_la_code is not null
),

-- An episode without an end that began inside one which ended the child's care ended with it, where it is the same one
-- entered again, or goes on from an episode (its reason is not S) of which none ended on the day it began.
entered_again as (
    select
        episode.child_number, episode.episode_number,
        max(around.dec) filter (
            around.rec <> 'X1' and around.dec > episode.decom and around.is_counted and not around.is_short_break
        ) as care_ended
    from judged as episode
    inner join judged as around on
        around.child_number = episode.child_number
        and around.episode_number < episode.episode_number
        and around.dec >= episode.decom
        and not around.is_set_aside
    where episode.dec is null
    group by episode.child_number, episode.episode_number, episode.rne
    having
        bool_or(
            around.is_counted
            and not around.is_short_break
            and around.rec <> 'X1'
            and around.dec > episode.decom
            and around.legal_status = episode.legal_status
            and around.placement_type = episode.placement_type
        )
        or episode.rne <> 'S' and not bool_or(around.dec = episode.decom)
),

-- One that was never closed ends where the next begins, or with the care that it is part of, whichever is first.
closed as (
    select
        episode.* exclude (dec, is_short_break, episode_number),
        episode.dec as recorded_dec,
        case
            when episode.dec is not null or not setting.close_open_episodes then episode.dec
            else
                least(
                    min(if(episode.is_set_aside, null, episode.decom)) over (
                        partition by episode.child_number
                        order by episode.decom
                        range between interval 1 day following and unbounded following
                    ),
                    entered_again.care_ended
                )
        end as dec
    from judged as episode
    cross join reference.setting
    left join entered_again using (child_number, episode_number)
    where not episode.is_short_break
),

-- In the order in which the child lived them: of a day, one that was never closed stands by where it ended, not last.
-- One set aside comes between no two sound ones.
in_order as (
    select
        *,
        row_number() over (
            partition by child_number order by decom, dec nulls last, is_set_aside desc, row_number
        ) as episode_number
    from closed
),

followed as (
    select
        *,
        -- Of the episodes before, the one that ended last; without a reason nothing says that care ended with it.
        max(
            {
                'dec': coalesce(dec, date '9999-12-31'),
                'number': episode_number,
                'rec': if(recorded_dec is null, 'X1', coalesce(rec, 'X1'))
            }
        ) over (
            partition by child_number order by episode_number rows between unbounded preceding and 1 preceding
        ) as before
    from in_order
    where is_counted
),

numbered as (
    select
        *,
        sum(
            (
                before is null
                or decom > before.dec
                or decom = before.dec and before.rec <> 'X1' and coalesce(rne = 'S', false)
            )::int
        ) over (partition by child_number order by episode_number) as period_number
    from followed
),

-- Where the earlier episodes of a period were not sent, the extract may say when it began.
period as (
    select
        child_number, period_number,
        arg_min({'decom': decom, 'ended_before': before.dec}, episode_number) as first,
        min(period_start_date) as said_to_begin
    from numbered
    group by child_number, period_number
)

select
    numbered.la_code,
    numbered.extract_date,
    numbered.person_id,
    numbered.child_number,
    numbered.record_id,
    numbered.row_number,
    numbered.place,
    numbered.is_set_aside,
    numbered.episode_number,
    numbered.decom,
    numbered.dec,
    numbered.recorded_dec,
    numbered.rne,
    numbered.rec,
    numbered.legal_status,
    numbered.placement_type,
    upper(replace(numbered.placement_postcode, ' ', '')) as placement_postcode,
    numbered.period_id,
    numbered.period_number::int as period_number,
    period.first.decom as first_decom,
    period.said_to_begin,
    case
        when period.said_to_begin < period.first.decom
            and coalesce(period.said_to_begin >= period.first.ended_before, true)
        then period.said_to_begin
        else period.first.decom
    end as period_start_date,
    greatest(numbered.decom, numbered.born_on) as from_date,
    least(numbered.dec, numbered.eighteenth_birthday, numbered.death_date) as until_date
from numbered
inner join period using (child_number, period_number)
