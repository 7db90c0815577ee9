-- One row per measure of an authority: the limits of its months as columns, in the unit of the figure, and how each month
-- is marked by them. A month is 12 x year + month - 1.
with
point as (
    -- The limits of a change are told about the figure of the month before.
    select
        *,
        if(chart = 'xmr_of_change', if(value is distinct from numerator and denominator > 0, value / nullif(numerator, 0), 1), 1)
            as scale,
        if(chart = 'xmr_of_change', value - judged * scale, 0) as base
    from spc_point
    where la_code = $la_code and assessment <> 'gone'
)

select
    measure_code,
    list(12 * year(month) + month(month) - 1 order by month) as months,
    list(if(chart = 'xmr_of_change', null, centre) order by month) as means,
    list(base + lower_limit * scale order by month) as lower,
    list(base + upper_limit * scale order by month) as upper,
    list(
        case
            when rule is null then null
            when chart = 'xmr_of_change' then
                if(direction = 'above', 'rose', 'fell') || ' more than usual' || if(rule = 'beyond_limits', '', ' for months')
            when rule = 'beyond_limits' then direction || ' the process limits'
            else if(direction = 'above', 'higher', 'lower') || ' than usual for months'
        end
        order by month
    ) as notes
from point
group by measure_code
order by measure_code
