-- How sentences write figures and months.

-- The decimal places that a figure is told with: one more where it would be printed like the one it is told beside and
-- is not the same, or like nought and is none.
create or replace macro told_places(figure, beside, places) as
    places::integer + (
        (figure <> 0 and round(figure, places::integer) = 0)
        or coalesce(figure <> beside and round(figure, places::integer) = round(beside, places::integer), false)
    )::integer;

-- A figure as it is told, half up.
create or replace macro said_as(figure, beside, places, sign) as
    format('{:,.' || told_places(figure, beside, places) || 'f}', round(figure, told_places(figure, beside, places))) || sign;

-- A change a month, as it is told: half up, of a percentage in points with a place more.
create or replace macro pace(change, beside, places, sign) as
    'about ' || said_as(
        abs(change), abs(beside), places + (sign = '%')::integer, if(sign = '%', ' percentage points', '')
    ) || ' a month';

-- Whether a change a month would be told as none.
create or replace macro is_still(change, places) as round(abs(change), places::integer + 1) = 0;

-- A month in words.
create or replace macro month_name_of(day) as strftime(day, '%B %Y');
