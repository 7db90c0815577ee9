-- One row per extract and measure that its form cannot give, or that it has not the tables or columns for, with the first
-- thing missing; and per rate of which only the count can be given.
with
extract as (
    select distinct la_code, extract_date from facts.reporting_month
),

lacking as (
    select extract.la_code, need.measure_code, extract.extract_date, arg_min(need.reason, {'p': need.position, 'n': len(need.any_of)}) as reason
    from extract
    cross join measures.need
    left join staged.extract_file as file on
        file.la_code = extract.la_code
        and file.extract_date = extract.extract_date
        and file.table_name = need.table_name
        and file.rows_in > 0
    where
        case
            when len(need.any_of) = 0 then file.table_name is null
            else file.table_name is not null and not list_has_any(file.columns_present, need.any_of)
        end
    group by extract.la_code, need.measure_code, extract.extract_date
),

-- A form that holds only the latest of a kind cannot give what needs the earlier ones.
latest_only as (
    select coverage.la_code, need.measure_code, coverage.extract_date,
        min('The table ' || need.table_name || ' holds only the latest row of a child, and earlier ones are needed.')
            as reason
    from staged.coverage
    inner join measures.need using (table_name)
    where coverage.is_latest_only and not need.latest_is_enough
    group by coverage.la_code, need.measure_code, coverage.extract_date
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
from staged.never_given
union all
select la_code, measure_code, extract_date, reason, false
from lacking
anti join staged.never_given using (la_code, extract_date, measure_code)
union all
select la_code, measure_code, extract_date, reason, false
from latest_only
anti join lacking using (la_code, extract_date, measure_code)
anti join staged.never_given using (la_code, extract_date, measure_code)
union all
select unknown.la_code, measure.measure_code, unknown.extract_date,
    'No estimate of the population aged 0 to 17 is known ' || unknown.months
    || ' under the population settings: the count is published without a rate.',
    true
from unknown
cross join measures.measure
anti join lacking using (la_code, extract_date, measure_code)
anti join latest_only using (la_code, extract_date, measure_code)
anti join staged.never_given using (la_code, extract_date, measure_code)
where measure.is_rate
