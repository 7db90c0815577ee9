-- One row per series of the run, with the first month from which its periods may differ from what is stored.
select series_id, min(month) as first_month
from truth
where figures is distinct from stored_figures or $is_all
group by series_id
