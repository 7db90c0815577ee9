-- One row per extract of the run and measure that it has not the tables or columns for, with the first thing missing;
-- and per rate of which only the count can be given.
with
lacking as (
    select run_extract.la_code, need.measure_code, run_extract.extract_date, min(need.reason) as reason
    from raw.run_extract
    cross join measures.need
    left join raw.extract_file using (la_code, extract_date, table_name)
    where
        case
            when len(need.any_of) = 0 then extract_file.table_name is null
            else extract_file.table_name is not null and not list_has_any(extract_file.columns_present, need.any_of)
        end
    group by run_extract.la_code, need.measure_code, run_extract.extract_date
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
where measure.kind = 'rate_of_snapshot'
