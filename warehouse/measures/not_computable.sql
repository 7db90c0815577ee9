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
)

select la_code, measure_code, extract_date, reason, false as has_count
from lacking
union all
select run_extract.la_code, measure.measure_code, run_extract.extract_date,
    'No estimate of the population aged 0 to 17 is known for this authority: the count is published without a rate.',
    true
from raw.run_extract
cross join measures.measure
anti join lacking using (la_code, extract_date, measure_code)
where
    measure.kind = 'rate_of_snapshot'
    and not exists (
        from measures.population_of_month
        where population_of_month.la_code = run_extract.la_code and population_of_month.population_0_17 is not null
    )
