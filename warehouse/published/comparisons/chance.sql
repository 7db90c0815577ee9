-- Where a figure may lie by chance, 95 times in 100. Why each rule: docs/decisions/0009-signals.md.

-- Twelve month ends are largely the same children, so their sum says nothing of chance: neither has a measure of another
-- kind.
create or replace temp macro is_judged_by_chance(kind, period) as
    period = 'month' or not contains(kind, 'snapshot');

-- Wilson's interval of a share of cases, in percent; `sign` is -1 for its lower end and 1 for its upper. It ends at
-- exactly 0 and 100 where no case is in the numerator, or all are.
create or replace temp macro wilson(numerator, denominator, sign) as
    case
        when numerator = 0 and sign < 0 then 0.0
        when numerator = denominator and sign > 0 then 100.0
        else
            100 * (
                numerator + pow(1.959963984540054, 2) / 2
                + sign * 1.959963984540054
                * sqrt(pow(1.959963984540054, 2) / 4 + numerator * (1 - numerator / denominator))
            ) / (denominator + pow(1.959963984540054, 2))
    end;

-- The ends of the interval of a count: Poisson's exactly below 10, Byar's approximation from there on.
create or replace temp macro fewest_by_chance(cases) as
    case
        when cases < 10 and cases = floor(cases) then
            [0, 0.02531780798, 0.2422092785, 0.6186721229, 1.089865374, 1.623486394, 2.20189425, 2.814363052,
            3.453832179, 4.115373101][cases::integer + 1]
        else cases * pow(1 - 1 / (9 * cases) - 1.959963984540054 / (3 * sqrt(cases)), 3)
    end;

create or replace temp macro most_by_chance(cases) as
    case
        when cases < 10 and cases = floor(cases) then
            [3.688879454, 5.571643391, 7.224687668, 8.76727307, 10.24158868, 11.66833208, 13.05947402, 14.42267539,
            15.76318922, 17.08480345][cases::integer + 1]
        else
            (cases + 1) * pow(1 - 1 / (9 * (cases + 1)) + 1.959963984540054 / (3 * sqrt(cases + 1)), 3)
    end;

-- The ends of the interval of a figure. `design`: by how much its variance is larger than that of independent cases;
-- NULL where nothing is known of it.
create or replace temp macro lowest_by_chance(kind, numerator, denominator, design) as
    case
        when denominator = 0 then null
        when starts_with(kind, 'share') or kind = 'distinct_children' then
            wilson(numerator / coalesce(design, 1), denominator / coalesce(design, 1), -1)
        when starts_with(kind, 'rate') then
            10000 * greatest(numerator - sqrt(coalesce(design, 1)) * (numerator - fewest_by_chance(numerator)), 0)
            / denominator
    end;

create or replace temp macro highest_by_chance(kind, numerator, denominator, design) as
    case
        when denominator = 0 then null
        when starts_with(kind, 'share') or kind = 'distinct_children' then
            wilson(numerator / coalesce(design, 1), denominator / coalesce(design, 1), 1)
        when starts_with(kind, 'rate') then
            10000 * (numerator + sqrt(coalesce(design, 1)) * (most_by_chance(numerator) - numerator)) / denominator
    end;

-- The variance that chance makes of a figure about an expected one.
create or replace temp macro variance_by_chance(kind, expected, denominator) as
    case
        when starts_with(kind, 'rate') then expected * 10000 / nullif(denominator, 0)
        else expected * (100 - expected) / nullif(denominator, 0)
    end;

-- Whether a benchmark is further from our figure than chance explains; NULL where that cannot be said. `between`: the
-- variance by which authorities differ beyond chance, where the benchmark is the country's: else the interval decides.
create or replace temp macro is_beyond_chance(benchmark_value, kind, period, numerator, denominator, design, between_variance) as
    case
        when not is_judged_by_chance(kind, period) then null
        when between_variance is not null then
            abs(if(starts_with(kind, 'rate'), 10000, 100) * numerator / nullif(denominator, 0) - benchmark_value)
            > 1.959963984540054 * sqrt(variance_by_chance(kind, benchmark_value, denominator) + between_variance)
        else
            benchmark_value not between lowest_by_chance(kind, numerator, denominator, design)
            and highest_by_chance(kind, numerator, denominator, design)
    end;
