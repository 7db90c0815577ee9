-- One row per extract, measure and month that the extract covers for it: every table of the measure is complete for the
-- month, and for as long before it as the measure needs.
with
computable as (
    select reporting_month.*, measure.measure_code, measure.is_snapshot, measure.is_now_only
    from facts.reporting_month
    cross join measures.measure
    anti join (from measures.not_computable where not has_count) as lacking using (la_code, extract_date, measure_code)
),

-- One row per extract and measure: the latest of the days from which its tables are complete, counted back by what
-- each needs before a month, and the earliest of those to which they are.
bound as (
    select
        coverage.la_code, coverage.extract_date, need.measure_code,
        max(
            case need.asks
                when 'spells' then coalesce(coverage.spells_complete_from, coverage.complete_from)
                else coverage.complete_from
            end
            + to_months(need.run_in_months::integer)
            -- The twelve months begin on the day after a month end; what was open at its end ended on that day or later.
            - to_days(need.after_month_end::integer)
        ) filter (not coverage.is_latest_only and not need.is_waivable) as complete_from,
        -- What only a month with a case that needs it asks.
        max(coverage.complete_from + to_months(need.run_in_months::integer)) filter (
            not coverage.is_latest_only and need.is_waivable
        ) as history_complete_from,
        min(coverage.complete_to) as complete_to,
        bool_or(coverage.is_latest_only) as is_latest_only,
        -- What holds only the latest row says how things were on the last day that it is of.
        min(coverage.complete_to) filter (coverage.is_latest_only) as latest_to,
        max(coverage.latest_date) as latest_date
    from staged.coverage
    inner join (
        select distinct on (measure_code, table_name, is_waivable) * from measures.need order by run_in_months desc
    ) as need using (table_name)
    group by coverage.la_code, coverage.extract_date, need.measure_code
),

-- Measures that another table's column gives in place of a table that was not sent.
stood_in as (
    select distinct reporting_month.la_code, reporting_month.extract_date, need.measure_code
    from facts.reporting_month
    cross join (from measures.need where instead_table is not null) as need
    anti join (from staged.extract_file where rows_in > 0) using (la_code, extract_date, table_name)
)

select
    computable.la_code, computable.extract_date, computable.measure_code, computable.month, computable.snapshot_date,
    computable.status
from computable
left join bound using (la_code, extract_date, measure_code)
left join measures.history_asked using (la_code, extract_date, measure_code, month)
left join stood_in using (la_code, extract_date, measure_code)
where
    (stood_in.measure_code is null or computable.snapshot_date = computable.extract_date)
    and (history_asked.month is null or coalesce(computable.month >= bound.history_complete_from, true))
    and (
        bound.complete_from is null
        or case when computable.is_snapshot then computable.snapshot_date else computable.month end
        >= bound.complete_from
    )
    and (
        bound.complete_to is null
        or bound.complete_to >= computable.extract_date
        or computable.status <> 'to_date' and computable.snapshot_date <= bound.complete_to
    )
    and (
        not (coalesce(bound.is_latest_only, false) or computable.is_now_only)
        or computable.snapshot_date = computable.extract_date
        or computable.status <> 'to_date'
        -- The last ended month: on its last day a month has ended.
        and date_diff('month', computable.month, least(computable.extract_date, bound.latest_to) + 1) = 1
        and coalesce(bound.latest_date <= computable.snapshot_date, true)
    )
