-- One row per landed figure of an indicator, place and year of which some release says another thing than is known.
select figure.*
from vintage_figure as figure
semi join (
    select indicator_code, place, period_end
    from vintage_figure as told
    inner join known_figure as known using (indicator_code, place, period_end)
    where
        (told.value is not null or told.value_status = 'published')
        and (
            told.value is distinct from known.value
            or told.suppression is distinct from known.suppression
            or told.value_status <> known.value_status
            or known.numerator is null and told.numerator is not null
        )
) as other using (indicator_code, place, period_end)
