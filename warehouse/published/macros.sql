-- Where a figure may lie by chance, 95 times in 100: Wilson's interval for a share, Byar's of the count for a rate. Twelve
-- month ends are largely the same children, so their sum says nothing of chance: neither has a measure of another kind.
create or replace temp macro is_judged_by_chance(kind, period) as
    period = 'month' or not contains(kind, 'snapshot');

create or replace temp macro lowest_by_chance(kind, numerator, denominator) as
    case
        when denominator = 0 then null
        when starts_with(kind, 'share') then
            100 * (
                numerator + pow(1.959963984540054, 2) / 2
                - 1.959963984540054
                * sqrt(pow(1.959963984540054, 2) / 4 + numerator * (1 - numerator / denominator))
            ) / (denominator + pow(1.959963984540054, 2))
        when starts_with(kind, 'rate') and numerator > 0 then
            10000 * numerator
            * pow(1 - 1 / (9 * numerator) - 1.959963984540054 / (3 * sqrt(numerator)), 3) / denominator
        when starts_with(kind, 'rate') then 0 / denominator
    end;

create or replace temp macro highest_by_chance(kind, numerator, denominator) as
    case
        when denominator = 0 then null
        when starts_with(kind, 'share') then
            100 * (
                numerator + pow(1.959963984540054, 2) / 2
                + 1.959963984540054
                * sqrt(pow(1.959963984540054, 2) / 4 + numerator * (1 - numerator / denominator))
            ) / (denominator + pow(1.959963984540054, 2))
        when starts_with(kind, 'rate') then
            10000 * (numerator + 1)
            * pow(1 - 1 / (9 * (numerator + 1)) + 1.959963984540054 / (3 * sqrt(numerator + 1)), 3) / denominator
    end;

-- Whether a benchmark lies outside the interval of our figure; NULL where that cannot be said.
create or replace temp macro is_beyond_chance(benchmark_value, kind, period, numerator, denominator) as
    case
        when is_judged_by_chance(kind, period) then
            benchmark_value not between lowest_by_chance(kind, numerator, denominator)
            and highest_by_chance(kind, numerator, denominator)
    end;
