-- One row per indicator, place and year that is not known yet: the first figure that any release gives.
select vintage_figure.*
from vintage_figure
semi join (
    select arg_min(figure.figure_id, figure.precedence) as figure_id
    from vintage_figure as figure
    anti join known_figure using (indicator_code, place, period_end)
    where figure.value is not null or figure.value_status = 'published'
    group by figure.indicator_code, figure.place, figure.period_end
) as first using (figure_id)
