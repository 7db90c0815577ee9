-- One row per authority, measure and ended month of the series that are not published yet as they are now.
-- Reads figure, spc_rebase and spc_published.
with
changed as (
    select la_code, measure_code
    from figure
    left join spc_published as published using (la_code, measure_code, month)
    where
        published.assessment is null
        or published.numerator is distinct from figure.numerator
        or published.denominator is distinct from figure.denominator
        or published.value is distinct from figure.value
    union
    select la_code, measure_code
    from spc_rebase
    full join (
        select distinct la_code, measure_code, since as month, is_recorded from spc_published where is_recorded
    ) as published using (la_code, measure_code, month)
    where spc_rebase.reason is null or published.is_recorded is null
)

from figure semi join changed using (la_code, measure_code)
