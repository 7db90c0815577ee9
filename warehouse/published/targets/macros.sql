-- How a figure is held against its target and against another month's.

-- Half up to so many places, as a person rounds. A figure is a quotient of whole numbers, so a thousand-millionth is never
-- more than what a DOUBLE lost of it.
create or replace macro rounded_half_up(value, places) as
    floor(value * pow(10, places) + 0.5 + 1e-9) / pow(10, places);

-- Red, amber or green. The unrounded value; what stands on a boundary is on its better side. Without a good direction
-- what counts is the distance from the target.
create or replace macro rag_of(value, target, tolerance, polarity) as
    case
        when value is null or target is null then null
        when polarity = 'higher_better' then
            case
                when value >= target - 1e-9 then 'green'
                when value >= target - tolerance - 1e-9 then 'amber'
                else 'red'
            end
        when polarity = 'lower_better' then
            case
                when value <= target + 1e-9 then 'green'
                when value <= target + tolerance + 1e-9 then 'amber'
                else 'red'
            end
        when abs(value - target) <= tolerance + 1e-9 then 'green'
        when abs(value - target) <= 2 * tolerance + 1e-9 then 'amber'
        else 'red'
    end;

-- Better, worse or the same as before; up or down where neither is good. Compared as they are shown, so rounded.
create or replace macro direction_of(value, before, polarity, places) as
    case
        when value is null or before is null then null
        when rounded_half_up(value, places) = rounded_half_up(before, places) then 'same'
        when polarity = 'neutral' then if(value > before, 'up', 'down')
        when (value > before) = (polarity = 'higher_better') then 'better'
        else 'worse'
    end;
