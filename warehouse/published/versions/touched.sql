-- One row per series of the run, with the first month from which its periods may differ from what is stored.
with
compared as (
    select
        *,
        case when is_exact then exact_figures else lag(figures) over key_line end as stored_figures
    from truth
    window key_line as (
        partition by la_code, measure_code, breakdown, category, month, period order by extract_date
    )
)

select la_code, measure_code, breakdown, category, min(month) as first_month
from compared
where not is_base and (figures is distinct from stored_figures or $is_all)
group by la_code, measure_code, breakdown, category
