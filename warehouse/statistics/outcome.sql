-- One row per figure of a release: what it is beside the one that is known, in `known_figure`.
-- An earlier vintage never takes the place of a later one, whatever the day it landed for; of two vintages the later is the
-- one whose last year is later. What is reckoned stands behind what is published, as long as the two agree.
with
given as (
    select *
    from release_figure
    qualify row_number() over (partition by indicator_code, place, period_end order by precedence) = 1
),

compared as (
    select
        given.*,
        known.place is not null as is_known,
        known.value as known_value,
        known.suppression as known_suppression,
        known.value_status as known_status,
        known.numerator as known_numerator,
        known.denominator as known_denominator,
        coalesce((known.last_year, known.released_on) > (given.last_year, given.released_on), false) as is_older,
        given.value is not distinct from known.value
        or coalesce(given.value_status <> known.value_status
            and rounds_to(
                case when given.value_status = 'derived' then given.value else known.value end,
                case when given.value_status = 'derived' then known.value else given.value end
            ), false) as does_agree
    from given
    left join known_figure as known using (indicator_code, place, period_end)
)

select
    *,
    case
        when not is_known and value_status = 'derived' and value is null then 'not given'
        when not is_known then 'new'
        when does_agree and value is not null then case
            when value_status = 'published' and known_status = 'derived' then 'as published' else 'same'
        end
        when does_agree and suppression is not distinct from known_suppression then 'same'
        when value is null and value_status = 'derived' then 'not given'
        -- Why there is no figure was lost: any vintage may tell it.
        when value is null and known_value is null and known_suppression in ('lait_dash', 'blank') then 'reason'
        when is_older then 'older'
        when value is null and known_value is null then 'reason'
        when known_value is null then 'now given'
        when value is null then 'withheld'
        else 'restated'
    end as outcome
from compared
