-- One row per extract and month: the residents aged 0 to 17 that its rates are divided by, NULL where no
-- estimate is known. DfE divides the year to 31 March Y by the estimate of mid-year Y-1; the latest before it stands in,
-- but none after the authority's last day.
with
month as (
    select
        reporting_month.la_code,
        reporting_month.extract_date,
        reporting_month.month,
        coalesce(geography.valid_to < reporting_month.month, false) as has_ended,
        case setting.population_rule
            when 'fixed' then setting.population_mid_year
            when 'latest_available' then 9999
            else year(reporting_month.month - interval 3 month)
        end as wanted_mid_year,
        -- A fixed estimate is that one or none.
        if(setting.population_rule = 'fixed', setting.population_mid_year, 0) as earliest_mid_year
    from facts.reporting_month
    cross join reference.setting
    left join reference.geography on geography.la_code = reporting_month.la_code
),

estimate as (
    select population.la_code, population.mid_year, population.population_0_17
    from reference.population_0_17 as population cross join reference.setting
    where
        population.population_0_17 is not null
        and population.geography_level = 'Local authority'
        and case
            when setting.population_vintage is not null then population.vintage = setting.population_vintage
            else population.is_primary
        end
)

select
    month.la_code,
    month.extract_date,
    month.month,
    max(estimate.mid_year) filter (not month.has_ended) as mid_year,
    arg_max(estimate.population_0_17, estimate.mid_year) filter (not month.has_ended) as population_0_17
from month
left join estimate on
    estimate.la_code = month.la_code
    and estimate.mid_year <= month.wanted_mid_year
    and estimate.mid_year >= month.earliest_mid_year
group by month.la_code, month.extract_date, month.month
