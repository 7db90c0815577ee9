-- Tables that the evaluation fills fact by fact, and the macros it uses.
create or replace table measures.tally (
    la_code varchar, extract_date date, month date, breakdown varchar, category varchar, measure_code varchar,
    cases bigint, numerator double, denominator double, missing_start bigint
);

create or replace table measures.tally_anew (
    la_code varchar, extract_date date, month date, period varchar, breakdown varchar, category varchar,
    measure_code varchar, numerator double, denominator double, value double
);

-- One row per extract, measure that is counted anew, period and month of it: only periods whose every month is covered.
create or replace table measures.period_member as
with
period as (
    select
        covered_month.la_code, covered_month.extract_date, covered_month.measure_code, covered_month.month,
        unnest([
            {'period': 'month', 'first_month': covered_month.month, 'making': measure.month_making},
            {
                'period': 'rolling_12_months', 'first_month': (covered_month.month - interval 11 months)::date,
                'making': measure.twelve_months_making
            },
            {
                'period': 'quarter',
                'first_month': case
                    when month(covered_month.month) % 3 = 0 and covered_month.status <> 'to_date'
                    then (covered_month.month - interval 2 months)::date
                end,
                'making': measure.quarter_making
            },
            {
                'period': 'financial_year_to_date',
                'first_month': make_date(
                    (year(covered_month.month) - (month(covered_month.month) < 4)::int)::int, 4, 1
                ),
                'making': measure.quarter_making
            }
        ], recursive := true)
    from measures.covered_month
    inner join measures.measure using (measure_code)
    where 'anew' in (measure.month_making, measure.twelve_months_making, measure.quarter_making)
)

select
    period.la_code, period.extract_date, period.measure_code, period.month, period.period, period.first_month,
    member.month as member_month
from period
inner join measures.covered_month as member on
    member.la_code = period.la_code
    and member.extract_date = period.extract_date
    and member.measure_code = period.measure_code
    and member.month between period.first_month and period.month
where period.making = 'anew'
qualify
    count(*) over (
        partition by period.la_code, period.extract_date, period.measure_code, period.month, period.period
    ) = date_diff('month', period.first_month, period.month) + 1;

-- The age band on a day; who is born later is unborn, of whom no birth is known is not recorded.
create or replace macro age_band(on_day, born, expected) as
    case
        when born is null and expected is null then 'not recorded'
        when born is null or born > on_day then 'unborn'
        when has_turned(18, born, on_day) then '18 and over'
        when has_turned(16, born, on_day) then '16 and 17'
        when has_turned(10, born, on_day) then '10 to 15'
        when has_turned(5, born, on_day) then '5 to 9'
        when has_turned(1, born, on_day) then '1 to 4'
        else 'under 1'
    end;
