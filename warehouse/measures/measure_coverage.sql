-- One row per extract and measure that can be computed: the first and the last month that the extract covers, none where
-- it covers none, those between them that it does not cover, why not all, and what its form has beside its figures to be
-- told.
with
history as (
    select la_code, extract_date, min(month) as first_month from facts.reporting_month group by la_code, extract_date
),

covered as (
    select
        la_code, extract_date, measure_code, min(month) as first_month, max(month) as last_month,
        list_filter(
            range(min(month), max(month), interval 1 month)::date[], lambda one: not list_contains(list(month), one)
        ) as months_left_out
    from measures.covered_month
    group by la_code, extract_date, measure_code
),

later as (
    select
        coverage.la_code, coverage.extract_date, need.measure_code,
        string_agg(
            coverage.table_name
            || case
                when coverage.is_latest_only then ' holds only the latest row of a child'
                else
                    ' is complete from '
                    || strftime(
                        case need.asks
                            when 'spells' then coalesce(coverage.spells_complete_from, coverage.complete_from)
                            else coverage.complete_from
                        end,
                        '%-d %B %Y'
                    )
                    || case
                        when need.is_waivable then ', and the whole history is needed (' || need.because || ')'
                        when need.run_in_months > 0
                        then
                            ', and ' || need.run_in_months || ' months before a month are needed'
                            || case when need.because <> '' then ' (' || need.because || ')' else '' end
                        else ''
                    end
            end,
            '; '
            order by coverage.table_name
        ) as reason
    from staged.coverage
    inner join (
        select distinct on (measure_code, table_name, is_waivable) * from measures.need order by run_in_months desc
    ) as need using (table_name)
    where coverage.complete_from is not null or coverage.is_latest_only
    group by coverage.la_code, coverage.extract_date, need.measure_code
)

select
    history.la_code, history.extract_date, measure.measure_code, covered.first_month, covered.last_month,
    covered.months_left_out,
    case
        when covered.first_month is null then coalesce('No month is covered: ' || later.reason || '.', 'No month is covered.')
        when covered.first_month > history.first_month then later.reason || '.'
        when len(covered.months_left_out) > 0 then 'Not every month is covered: ' || later.reason || '.'
    end as reason,
    measure_note.note
from history
cross join measures.measure
anti join (from measures.not_computable where not has_count) as lacking using (la_code, extract_date, measure_code)
left join covered using (la_code, extract_date, measure_code)
left join later using (la_code, extract_date, measure_code)
left join staged.measure_note using (la_code, extract_date, measure_code)
