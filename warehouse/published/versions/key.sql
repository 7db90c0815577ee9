-- One row per key that an extract gives itself, months and periods counted anew, with a number of its own.
with
own_period as (
    select measure_code, period
    from measures.measure
    cross join (
        select unnest(['month', 'rolling_12_months', 'quarter', 'financial_year_to_date']) as period
    )
    where
        'anew' = case period
            when 'month' then if(month_making = 'none', '', 'anew')
            when 'rolling_12_months' then twelve_months_making
            else quarter_making
        end
),

key as (
    select la_code, measure_code, breakdown, category, month, period from own_figure
    union
    select la_code, measure_code, breakdown, category, month, period from base_figure
    semi join own_period using (measure_code, period)
    union
    select la_code, measure_code, breakdown, category, month, period from exact_figure
    semi join own_period using (measure_code, period)
)

select
    *, row_number() over () as key_id,
    case period
        when 'rolling_12_months' then (month - interval 11 month)::date
        when 'quarter' then (month - interval 2 month)::date
        when 'financial_year_to_date' then make_date((year(month) - (month(month) < 4)::int)::int, 4, 1)
        else month
    end as first_month
from key
