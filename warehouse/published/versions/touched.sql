-- One row per series of the run, with the first month from which its periods may differ from what is stored.
select la_code, measure_code, breakdown, category, min(month) as first_month
from truth
where not is_base and (figures is distinct from stored_figures or $is_all)
group by la_code, measure_code, breakdown, category
