-- A figure as it is printed, half up; with one more place where that would print it like the one it is told beside.
create or replace temp macro said_as(figure, beside, places, sign) as
    format(
        '{:,.' || (places + coalesce((round(figure, places) = round(beside, places))::integer, 0)) || 'f}',
        round(figure, places + coalesce((round(figure, places) = round(beside, places))::integer, 0))
    ) || sign;

create or replace temp macro month_name_of(day) as strftime(day, '%B %Y');
