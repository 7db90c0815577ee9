-- One row per authority and measure of which records name what children share: the mean number of cases that share one,
-- weighted by themselves, which is by how much brothers and sisters widen a share.
-- Reads shared_case (la_code, measure_code, month, shared: the id of the meeting or referral).
with
family as (
    select la_code, measure_code, month, shared, count(*) as cases
    from shared_case
    where shared is not null
    group by la_code, measure_code, month, shared
)

select la_code, measure_code, sum(cases * cases) / sum(cases) as design_factor
from family
group by la_code, measure_code
having max(cases) > 1
