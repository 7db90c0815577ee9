-- One row per episode that makes a child looked after by us: the day on which it ended, the period of care that it
-- belongs to, and the days on which the child is looked after under it (`from_date` up to, not including, `until_date`).
-- Short breaks are left out, and so is what another authority is responsible for or what makes nobody looked after.
-- An episode that was set aside counts in nothing and still stands in the chain.
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
        and person_id is not null
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
),

judged as (
    select
        episode.*,
        (episode.responsible_la is null or own.own_la_code is not null)
        and episode.legal_status is distinct from 'NOT_LOOKED_AFTER' as is_counted,
        coalesce(list_contains(setting.cla_exclude_ls, episode.legal_status), false) as is_short_break,
        row_number() over (
            partition by episode.la_code, episode.extract_date, episode.person_id
            order by episode.decom, episode.dec nulls last, episode.is_set_aside, episode.row_number
        ) as episode_number
    from episode
    cross join reference.setting
    left join facts.own_authority as own on
        own.la_code = episode.la_code and own.own_la_code = episode.responsible_la
),

-- An episode without an end that began inside one which ended the child's care ended with it, where it is the same one
-- entered again, or goes on from an episode (its reason is not S) of which none ended on the day it began.
entered_again as (
    select
        episode.la_code, episode.extract_date, episode.person_id, episode.episode_number,
        max(around.dec) filter (
            around.rec <> 'X1' and around.dec > episode.decom and around.is_counted and not around.is_short_break
        ) as care_ended
    from judged as episode
    inner join judged as around on
        around.la_code = episode.la_code
        and around.extract_date = episode.extract_date
        and around.person_id = episode.person_id
        and around.episode_number < episode.episode_number
        and around.dec >= episode.decom
    where episode.dec is null
    group by episode.la_code, episode.extract_date, episode.person_id, episode.episode_number, episode.rne
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

-- One that was never closed ends where the next begins, or with the care that it is part of, whichever is first. A row
-- that was set aside ends nothing: it would take the child out of care and put nothing in its place.
closed as (
    select
        episode.* exclude (dec, is_short_break),
        episode.dec as recorded_dec,
        case
            when episode.dec is not null or not setting.close_open_episodes then episode.dec
            else
                least(
                    min(episode.decom) filter (not episode.is_set_aside) over (
                        partition by episode.la_code, episode.extract_date, episode.person_id
                        order by episode.decom
                        range between interval 1 day following and unbounded following
                    ),
                    entered_again.care_ended
                )
        end as dec
    from judged as episode
    cross join reference.setting
    left join entered_again using (la_code, extract_date, person_id, episode_number)
    where not episode.is_short_break
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
            partition by la_code, extract_date, person_id
            order by episode_number
            rows between unbounded preceding and 1 preceding
        ) as before
    from closed
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
        ) over (partition by la_code, extract_date, person_id order by episode_number) as period_number
    from followed
),

-- Where the earlier episodes of a period were not sent, the extract may say when it began.
begun as (
    select
        *,
        first_value(decom) over period as first_decom,
        first_value(before.dec) over period as period_before_ended,
        min(period_start_date) over (partition by la_code, extract_date, person_id, period_number) as said_to_begin
    from numbered
    window period as (partition by la_code, extract_date, person_id, period_number order by episode_number)
)

select
    begun.la_code,
    begun.extract_date,
    begun.person_id,
    begun.record_id,
    begun.row_number,
    begun.place,
    begun.is_set_aside,
    begun.episode_number,
    begun.decom,
    begun.dec,
    begun.recorded_dec,
    begun.rne,
    begun.rec,
    begun.legal_status,
    begun.placement_type,
    upper(replace(begun.placement_postcode, ' ', '')) as placement_postcode,
    begun.period_id,
    begun.period_number::int as period_number,
    begun.first_decom,
    begun.said_to_begin,
    case
        when begun.said_to_begin < begun.first_decom
            and coalesce(begun.said_to_begin >= begun.period_before_ended, true)
        then begun.said_to_begin
        else begun.first_decom
    end as period_start_date,
    greatest(begun.decom, coalesce(child.birth_date, child.expected_birth_date)) as from_date,
    least(begun.dec, birthday(18, child.birth_date), child.death_date) as until_date
from begun
left join facts.child using (la_code, extract_date, person_id)
