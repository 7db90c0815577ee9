-- One row per extract and measure that its form cannot give, or that it has not the tables or columns for, with the first
-- thing missing; and per rate of which only the count can be given.
with
lacking as (
    select la_code, measure_code, extract_date, arg_min(reason, {'position': position, 'reason': reason}) as reason
    from measures.unmet_need
    group by la_code, measure_code, extract_date
),

unknown as (
    select
        la_code, extract_date,
        case
            when count(population_0_17) = 0 then 'for this authority'
            else
                'for ' || count(*) filter (population_0_17 is null) || ' months from '
                || strftime(min(month) filter (population_0_17 is null), '%Y-%m') || ' to '
                || strftime(max(month) filter (population_0_17 is null), '%Y-%m')
        end as months
    from measures.population_of_month
    group by la_code, extract_date
    having count(population_0_17) < count(*)
)

select la_code, measure_code, extract_date, reason, false as has_count
from lacking
union all
select unknown.la_code, measure.measure_code, unknown.extract_date,
    'No estimate of the population aged 0 to 17 is known ' || unknown.months
    || ' under the population settings: the count is published without a rate.',
    true
from unknown
cross join measures.measure
anti join lacking using (la_code, extract_date, measure_code)
where measure.is_rate
