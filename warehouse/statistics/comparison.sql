-- One row per source, indicator and year of which figures differ from those of the version before: how many are new, are
-- restated, are given no longer or are given now. `change`: the median of the authorities' restated figures by the figure
-- before, less 1. `is_rebased`: most authorities' figures of a year that was known before are restated.
with
pair as (
    select
        coalesce(after.indicator_code, before.indicator_code) as indicator_code,
        coalesce(after.period_end, before.period_end) as period_end,
        after.source_id,
        coalesce(after.la_code, before.la_code) as la_code,
        before.indicator_code is not null as was_known,
        before.value as value_before, after.value,
        -- What was reckoned before it was published is no restatement where it rounds to what is published.
        coalesce(
            after.value <> before.value
            and not (before.value_status = 'derived' and after.value_status = 'published'
                and rounds_to(before.value, after.value)),
            false
        ) as is_restated,
        before.suppression as suppression_before, after.suppression
    from benchmark as after
    full join benchmark_before as before on
        before.indicator_code = after.indicator_code
        and before.period_end = after.period_end
        and coalesce(before.la_code, before.geography_code) = coalesce(after.la_code, after.geography_code)
),

told as (
    select
        indicator_code,
        period_end,
        max(source_id) filter (
            not was_known or value is distinct from value_before or suppression is distinct from suppression_before
        ) as source_id,
        count(*) as figures,
        count_if(not was_known) as new,
        count_if(is_restated) as restated,
        count_if(was_known and value is null and value_before is not null) as withheld,
        count_if(was_known and value is not null and value_before is null) as now_given,
        count_if(la_code is not null and value is not null and value_before is not null) as authorities_of_both,
        count_if(la_code is not null and is_restated) as authorities_restated,
        median(value / nullif(value_before, 0) - 1) filter (la_code is not null and is_restated) as change
    from pair
    group by indicator_code, period_end
)

select
    source.source_publication,
    told.*,
    told.authorities_restated >= 20 and told.authorities_restated > 0.5 * told.authorities_of_both as is_rebased
from told
left join source using (source_id)
where new + restated + withheld + now_given > 0
order by source.source_publication, told.indicator_code, told.period_end
