-- One row per extract, measure that it cannot give and thing that the measure lacks there: columns of a table or, where
-- none are named, the table itself with all its rows; first what its form says, then what the catalogue asks.
with
extract as (
    select distinct la_code, extract_date from facts.reporting_month
),

lacking as (
    select la_code, extract_date, measure_code, table_name, column_names, false as is_any_enough, form, reason, 0 as position
    from staged.never_given
    union all
    select
        extract.la_code, extract.extract_date, need.measure_code, need.table_name, need.any_of, true, file.form, need.reason,
        2 * need.position + least(len(need.any_of), 1)
    from extract
    cross join measures.need
    left join staged.extract_file as file on
        file.la_code = extract.la_code
        and file.extract_date = extract.extract_date
        and file.table_name = need.table_name
        and file.rows_in > 0
    left join staged.extract_file as instead on
        instead.la_code = extract.la_code
        and instead.extract_date = extract.extract_date
        and instead.table_name = need.instead_table
        and instead.rows_in > 0
    where
        case
            when len(need.any_of) = 0
            then
                file.table_name is null
                and not coalesce(list_contains(instead.columns_present, need.instead_column), false)
            else file.table_name is not null and not list_has_any(file.columns_present, need.any_of)
        end
    union all
    -- A form that holds only the latest of a kind cannot give what needs the earlier ones.
    select
        coverage.la_code, coverage.extract_date, need.measure_code, need.table_name, []::varchar[], true, coverage.form,
        'The table ' || need.table_name || ' holds only the latest row of a child, and earlier ones are needed.', 1000000
    from staged.coverage
    inner join measures.need using (table_name)
    where coverage.is_latest_only and not need.latest_is_enough
)

select
    la_code, measure_code, extract_date, table_name, column_names,
    arg_min(is_any_enough, {'position': position, 'reason': reason}) as is_any_enough,
    arg_min(form, {'position': position, 'reason': reason}) as form,
    arg_min(reason, {'position': position, 'reason': reason}) as reason,
    min(position) as position
from lacking
group by la_code, measure_code, extract_date, table_name, column_names
