-- What a cell of a published file says: a figure, or why there is none.

-- Its text without space around it.
create or replace temp macro statistic_text(text) as trim(coalesce(text, ''), ' ' || chr(9) || chr(160) || chr(13));

-- The figure in a trimmed text; NULL where it holds none. NaN and Infinity are none.
create or replace temp macro statistic_number(text) as case
    when isfinite(try_cast(text as double)) then try_cast(text as double)
    when contains(text, ',') and regexp_full_match(text, '[-+]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?')
        then try_cast(replace(text, ',', '') as double)
end;

-- Why there is no figure in a trimmed text. A mark that is not known is its own reason.
create or replace temp macro statistic_reason(text) as coalesce(getvariable('reason_of_mark')[lower(text)], lower(text));

-- A text as filters and columns are compared: its letters and digits.
create or replace temp macro statistic_key(text) as regexp_replace(lower(coalesce(text, '')), '[^a-z0-9]', '', 'g');

-- Whether a figure rounds to one that is published with one decimal place.
create or replace temp macro rounds_to(exact, rounded) as abs(exact - rounded) <= 0.05 + 1e-9;
