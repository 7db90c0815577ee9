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
    from staged.cla_episode_aside
    where decom <= extract_date and person_id is not null
),

judged as (
    select
        episode.*,
        coalesce(responsible_authority.is_ours, true) and episode.legal_status is distinct from 'NOT_LOOKED_AFTER'
            as is_counted
    from episode
    cross join reference.setting
    left join facts.responsible_authority using (la_code, extract_date, responsible_la)
    where episode.legal_status is null or not list_contains(setting.cla_exclude_ls, episode.legal_status)
),

ordered as (
    select
        *,
        row_number() over child as episode_number,
        lead(decom) over child as next_decom,
        -- The latest day on which one of the episodes before ended the child's care.
        max(case when is_counted and rec <> 'X1' then dec end) over (
            partition by la_code, extract_date, person_id
            order by decom, dec nulls last, is_set_aside, row_number
            rows between unbounded preceding and 1 preceding
        ) as care_ended
    from judged
    window child as (
        partition by la_code, extract_date, person_id order by decom, dec nulls last, is_set_aside, row_number
    )
),

-- One that was never closed ends where the next begins, or with the care that it overlaps, whichever is first.
closed as (
    select
        ordered.* exclude (dec, next_decom, care_ended),
        ordered.dec as recorded_dec,
        case
            when ordered.dec is not null or not setting.close_open_episodes then ordered.dec
            else least(ordered.next_decom, case when ordered.care_ended > ordered.decom then ordered.care_ended end)
        end as dec
    from ordered cross join reference.setting
),

followed as (
    select
        *,
        -- Of the episodes before, the one that ended last; without a reason nothing says that care ended with it.
        max(
            {'dec': coalesce(dec, date '9999-12-31'), 'number': episode_number, 'rec': coalesce(rec, 'X1')}
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
        first_value(period_start_date ignore nulls) over (
            partition by la_code, extract_date, person_id, period_number
            order by episode_number
            rows between unbounded preceding and unbounded following
        ) as said_to_begin
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
