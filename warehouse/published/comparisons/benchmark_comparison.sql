-- One row per authority, measure, month, period and benchmark, computed or quoted: our figure beside the benchmark.
-- Reads monthly_kpi_current, measure, spc_point, family_design and the schema reference. Why each rule:
-- warehouse/reference/README.md; of chance: docs/decisions/0009-signals.md.
with
kpi as (
    select
        current_kpi.la_code,
        current_kpi.measure_code,
        current_kpi.month,
        current_kpi.period,
        current_kpi.value,
        measure.polarity,
        measure.benchmark_indicator as indicator_code,
        measure.kind,
        current_kpi.numerator,
        current_kpi.denominator,
        -- DfE counts events over a year and children on its last day, so only these two are like for like; a month in
        -- progress is neither.
        current_kpi.status <> 'to_date'
        and current_kpi.period
        = case when contains(measure.kind, 'snapshot') then 'month' else 'rolling_12_months' end as is_comparable,
        -- Cases of brothers and sisters are not independent: counted where records show it, else as the series shows.
        coalesce(family_design.design_factor, spc_point.spread * spc_point.spread) as design_factor
    from monthly_kpi_current as current_kpi
    inner join measure using (measure_code)
    left join family_design using (la_code, measure_code)
    left join spc_point
        on spc_point.la_code = current_kpi.la_code
        and spc_point.measure_code = measure.made_of
        and spc_point.month = current_kpi.month
        and spc_point.chart in ('p_prime', 'c_prime')
),
published as (
    -- A joint return of two authorities is no geography of its own, and both carry its figure: left out, or the rank
    -- would count it three times.
    select
        benchmark.indicator_code,
        benchmark.period_end,
        benchmark.geography_code,
        benchmark.la_code,
        benchmark.value,
        benchmark.denominator,
        -- The children or events that it rests on: of a rate those that it counts, else those it is a share of.
        case when asked.is_rate then benchmark.numerator else benchmark.denominator end as cases
    from reference.benchmark
    inner join (
        select benchmark_indicator, bool_or(starts_with(kind, 'rate')) as is_rate from measure group by benchmark_indicator
    ) as asked
        on asked.benchmark_indicator = benchmark.indicator_code
    semi join reference.geography using (geography_code)
    where benchmark.value is not null
),
suppressed as (
    select indicator_code, period_end, la_code, any_value(suppression) as suppression
    from reference.benchmark
    where value is null and la_code is not null
    group by indicator_code, period_end, la_code
),
published_year as (
    -- On the day that its publication came out; where that is not known, a year to 31 March by the end of November.
    select distinct
        published.indicator_code,
        published.period_end,
        coalesce(release.released_on, last_day(published.period_end + interval 8 month)) as published_by
    from published
    left join reference.indicator using (indicator_code)
    left join reference.release
        on release.source_publication = indicator.source_publication
        and release.period_end = published.period_end
),
reported_month as (
    select distinct
        indicator_code,
        month,
        last_day(month) as month_end
    from kpi
    where indicator_code is not null
),
latest_year as (
    select
        reported_month.indicator_code,
        reported_month.month,
        published_year.period_end
    from reported_month
    asof left join published_year
        on published_year.indicator_code = reported_month.indicator_code
        and published_year.published_by <= reported_month.month_end
),
neighbour_model as (
    select distinct
        neighbour_model,
        neighbour_model_name,
        in_force_from
    from reference.statistical_neighbour
),
model_in_force as (
    -- Before the first model that we have, the first stands in, and the name of the benchmark says so.
    select
        reported_month.month,
        coalesce(
            arg_max(neighbour_model.neighbour_model, neighbour_model.in_force_from)
            filter (neighbour_model.in_force_from <= reported_month.month_end),
            arg_min(neighbour_model.neighbour_model, neighbour_model.in_force_from)
        ) as neighbour_model
    from (select distinct month, month_end from reported_month) as reported_month
    left join neighbour_model on true
    group by reported_month.month
),
placed as (
    select
        kpi.*,
        latest_year.period_end,
        model_in_force.neighbour_model
    from kpi
    inner join latest_year using (indicator_code, month)
    inner join model_in_force using (month)
),
wanted as (
    select distinct
        la_code,
        indicator_code,
        period_end,
        neighbour_model
    from placed
),
neighbour_mean as (
    select
        wanted.la_code,
        wanted.indicator_code,
        wanted.period_end,
        wanted.neighbour_model,
        -- As decimals: the mean must not depend on the order in which the neighbours come.
        avg(published.value::decimal(38, 12)) as benchmark_value,
        count(published.value) as neighbours_used,
        -- As many as are known: a count that one neighbour did not publish leaves the sum out.
        case when count(published.value) = count(published.cases) then sum(published.cases) end as cases,
        -- Each neighbour without a figure, with the reason that was published.
        string_agg(
            coalesce(named.name, neighbour.neighbour_la_code) || ' ('
            || case suppressed.suppression
                when 'c' then 'confidential'
                when 'x' then 'not available'
                when 'z' then 'does not apply'
                when 'u' then 'unreliable'
                when 'k' then 'rounds to nought'
                when 'lait_dash' then 'reason not known'
                else coalesce('marked ' || suppressed.suppression, 'not published')
            end || ')', '; '
            order by neighbour.rank
        ) filter (published.value is null and neighbour.neighbour_la_code is not null) as left_out
    from wanted
    left join reference.statistical_neighbour as neighbour
        on neighbour.neighbour_model = wanted.neighbour_model
        and neighbour.la_code = wanted.la_code
    left join published
        on published.la_code = neighbour.neighbour_la_code
        and published.indicator_code = wanted.indicator_code
        and published.period_end = wanted.period_end
    left join suppressed
        on suppressed.la_code = neighbour.neighbour_la_code
        and suppressed.indicator_code = wanted.indicator_code
        and suppressed.period_end = wanted.period_end
    left join (
        select la_code, any_value(name) as name from reference.geography where la_code is not null group by la_code
    ) as named on named.la_code = neighbour.neighbour_la_code
    group by wanted.la_code, wanted.indicator_code, wanted.period_end, wanted.neighbour_model
),
-- How many authorities have a figure, by the region that it is one of; England is one of none.
counted as (
    select
        published.indicator_code, published.period_end, region.geography_code, count(*)::integer as authorities
    from published
    inner join reference.geography as authority
        on authority.geography_code = published.geography_code
        and authority.geography_level = 'Local authority'
    cross join lateral (
        select distinct unnest([authority.region_code, authority.parent_region_code, 'England']) as geography_code
    ) as region
    semi join wanted
        on wanted.indicator_code = published.indicator_code
        and wanted.period_end = published.period_end
    where region.geography_code is not null
    group by published.indicator_code, published.period_end, region.geography_code
),
-- A council that took the place of others, of a year for which it has no figure of its own: those of the others, pooled.
pooled as (
    select
        wanted.la_code, wanted.indicator_code, wanted.period_end, wanted.neighbour_model,
        string_agg(succession.name, ', ' order by succession.name)
        || if(count(*) > 1, ', pooled', '') || ', before ' || strftime(max(succession.changed_on), '%-d %B %Y')
            as benchmark_name,
        -- One alone is as it was published.
        case
            when count(*) = 1 then max(benchmark.value)
            when count(*) = count(benchmark.numerator) and count(*) = count(benchmark.denominator)
                then any_value(asked.scale) * sum(benchmark.numerator) / nullif(sum(benchmark.denominator), 0)
        end as benchmark_value,
        count(benchmark.value)::integer as authorities_used,
        case
            when count(*) = count(if(asked.is_rate, benchmark.numerator, benchmark.denominator))
                then sum(if(asked.is_rate, benchmark.numerator, benchmark.denominator))
        end as cases
    from wanted
    inner join reference.succession
        on succession.successor_la_code = wanted.la_code
        and succession.status = 'in force'
        and succession.extent <> 'fragment'
    inner join (
        select
            benchmark_indicator, bool_or(starts_with(kind, 'rate')) as is_rate,
            any_value(case when starts_with(kind, 'rate') then 10000 when starts_with(kind, 'average') then 1 else 100 end)
                as scale
        from measure
        group by benchmark_indicator
    ) as asked on asked.benchmark_indicator = wanted.indicator_code
    left join reference.benchmark
        on benchmark.la_code = succession.la_code
        and benchmark.indicator_code = wanted.indicator_code
        and benchmark.period_end = wanted.period_end
    anti join published as own
        on own.la_code = wanted.la_code
        and own.indicator_code = wanted.indicator_code
        and own.period_end = wanted.period_end
    group by wanted.la_code, wanted.indicator_code, wanted.period_end, wanted.neighbour_model
),
figure as (
    select
        neighbour_mean.la_code,
        neighbour_mean.indicator_code,
        neighbour_mean.period_end,
        neighbour_mean.neighbour_model,
        'statistical_neighbours' as benchmark,
        'Statistical neighbours, ' || neighbour_model.neighbour_model_name || ' model' as benchmark_name,
        neighbour_mean.benchmark_value,
        'mean_of_neighbours' as benchmark_basis,
        neighbour_mean.neighbours_used::integer as neighbours_used,
        neighbour_mean.neighbours_used::integer as authorities_used,
        neighbour_mean.cases,
        neighbour_mean.left_out
    from neighbour_mean
    left join neighbour_model using (neighbour_model)
    union all
    -- Inner and Outer London stand before London where they have a figure.
    select
        wanted.la_code,
        wanted.indicator_code,
        wanted.period_end,
        wanted.neighbour_model,
        'region' as benchmark,
        coalesce(
            case when region.value is not null then region_geography.name else parent_geography.name end,
            'Region not known'
        ) as benchmark_name,
        coalesce(region.value, parent_region.value) as benchmark_value,
        'published' as benchmark_basis,
        null as neighbours_used,
        coalesce(if(region.value is not null, of_region.authorities, of_parent.authorities), 0) as authorities_used,
        if(region.value is not null, region.cases, parent_region.cases) as cases,
        null as left_out
    from wanted
    left join reference.geography as authority using (la_code)
    left join reference.geography as region_geography on region_geography.geography_code = authority.region_code
    left join reference.geography as parent_geography on parent_geography.geography_code = authority.parent_region_code
    left join published as region
        on region.geography_code = authority.region_code
        and region.indicator_code = wanted.indicator_code
        and region.period_end = wanted.period_end
    left join published as parent_region
        on parent_region.geography_code = authority.parent_region_code
        and parent_region.indicator_code = wanted.indicator_code
        and parent_region.period_end = wanted.period_end
    left join counted as of_region
        on of_region.geography_code = authority.region_code
        and of_region.indicator_code = wanted.indicator_code
        and of_region.period_end = wanted.period_end
    left join counted as of_parent
        on of_parent.geography_code = authority.parent_region_code
        and of_parent.indicator_code = wanted.indicator_code
        and of_parent.period_end = wanted.period_end
    union all
    select
        wanted.la_code,
        wanted.indicator_code,
        wanted.period_end,
        wanted.neighbour_model,
        'england' as benchmark,
        country.name as benchmark_name,
        published.value as benchmark_value,
        'published' as benchmark_basis,
        null as neighbours_used,
        coalesce(of_country.authorities, 0) as authorities_used,
        published.cases,
        null as left_out
    from wanted
    inner join reference.geography as country on country.geography_level = 'National'
    left join published
        on published.geography_code = country.geography_code
        and published.indicator_code = wanted.indicator_code
        and published.period_end = wanted.period_end
    left join counted as of_country
        on of_country.geography_code = 'England'
        and of_country.indicator_code = wanted.indicator_code
        and of_country.period_end = wanted.period_end
    union all
    select
        la_code, indicator_code, period_end, neighbour_model, 'predecessors' as benchmark, benchmark_name, benchmark_value,
        'pooled_predecessors' as benchmark_basis, null as neighbours_used, authorities_used, cases, null as left_out
    from pooled
    where benchmark_value is not null
),
compared_figure as materialized (
    -- Of the years that figures are compared with.
    select published.*, geography.geography_level
    from published
    inner join reference.geography as geography using (geography_code)
    semi join latest_year using (indicator_code, period_end)
),
away as (
    -- How far each authority lies from the country, in sigma as chance makes it of its cases.
    select
        authority.indicator_code,
        authority.period_end,
        authority.value - country.value as difference,
        variance_by_chance(indicator.kind, country.value, authority.denominator) as variance,
        difference / sqrt(nullif(variance, 0)) as distance
    from compared_figure as authority
    inner join compared_figure as country
        on country.indicator_code = authority.indicator_code
        and country.period_end = authority.period_end
        and country.geography_level = 'National'
    inner join (select indicator_code, any_value(kind) as kind from kpi group by indicator_code) as indicator
        on indicator.indicator_code = authority.indicator_code
    where authority.la_code is not null
),
winsorised as (
    select
        *,
        least(greatest(distance, quantile_cont(distance, 0.1) over one), quantile_cont(distance, 0.9) over one)
            as kept_distance,
        least(greatest(difference, quantile_cont(difference, 0.1) over one), quantile_cont(difference, 0.9) over one)
            as kept_difference
    from away
    window one as (partition by indicator_code, period_end)
),
funnel as (
    -- Spiegelhalter's additive over-dispersion, of twenty authorities at least; where their cases are not published, as
    -- widely as their figures differ.
    select
        indicator_code,
        period_end,
        -- Rounded, or the order in which authorities come would make another figure of it.
        round(
            case
                when count(distance) >= 20 then
                    greatest(
                        (sum(kept_distance * kept_distance) - (count(distance) - 1))
                        / (sum(1 / variance) - sum(1 / (variance * variance)) / sum(1 / variance)),
                        0
                    )
                when count(*) >= 20 then avg(kept_difference * kept_difference)
            end,
            9
        ) as between_variance
    from winsorised
    group by indicator_code, period_end
),
distribution as (
    select
        indicator_code,
        period_end,
        value,
        sum(count(*)) over (partition by indicator_code, period_end order by value) as at_or_below,
        sum(count(*)) over (partition by indicator_code, period_end) as authorities
    from compared_figure
    where la_code is not null
    group by indicator_code, period_end, value
),
ranked as (
    -- How many authorities had published less, and how many more; found by position in the sorted figures, not by
    -- comparing every pair.
    select
        placed.la_code,
        placed.measure_code,
        placed.month,
        placed.period,
        placed.polarity,
        placed.value,
        own.value as own_value,
        total.authorities,
        coalesce(below.at_or_below, 0) as lower,
        total.authorities - coalesce(at_or_below.at_or_below, 0) as higher
    from placed
    inner join (select distinct indicator_code, period_end, authorities from distribution) as total
        using (indicator_code, period_end)
    left join published as own
        on own.la_code = placed.la_code
        and own.indicator_code = placed.indicator_code
        and own.period_end = placed.period_end
    asof left join distribution as below
        on below.indicator_code = placed.indicator_code
        and below.period_end = placed.period_end
        and below.value < placed.value
    asof left join distribution as at_or_below
        on at_or_below.indicator_code = placed.indicator_code
        and at_or_below.period_end = placed.period_end
        and at_or_below.value <= placed.value
    -- Only an authority has a place among authorities.
    where placed.la_code in (select la_code from reference.geography where geography_level = 'Local authority')
        and placed.value is not null
        and placed.polarity in ('higher_better', 'lower_better')
),
ranked_among_others as (
    -- Our own published figure gives its place to the one that is compared.
    select
        la_code,
        measure_code,
        month,
        period,
        polarity,
        authorities - (own_value is not null)::integer as others,
        lower - coalesce(own_value < value, false)::integer as others_lower,
        higher - coalesce(own_value > value, false)::integer as others_higher
    from ranked
),
standing as (
    -- Of n figures sorted, R's type 7 puts the cut-point q at position (n - 1) q, and a figure on it in the lower
    -- interval. So a figure is at or below the cut-point exactly when no more than (n - 1) q figures are lower than it;
    -- n - 1 are the others. Whole numbers: nothing is interpolated and nothing rounds.
    select
        la_code,
        measure_code,
        month,
        period,
        (1 + case polarity when 'higher_better' then others_higher else others_lower end)::integer as national_rank,
        substring(
            case polarity when 'higher_better' then 'DCBA' else 'ABCD' end,
            case
                when 4 * others_lower <= others then 1
                when 4 * others_lower <= 2 * others then 2
                when 4 * others_lower <= 3 * others then 3
                else 4
            end,
            1
        ) as quartile_band
    from ranked_among_others
    where others > 0
)
select
    placed.la_code,
    placed.measure_code,
    placed.month,
    placed.period,
    placed.value,
    figure.benchmark,
    figure.benchmark_name,
    placed.period_end as benchmark_period_end,
    figure.benchmark_value,
    figure.benchmark_basis,
    figure.neighbours_used,
    placed.value - figure.benchmark_value as difference,
    -- Nothing compares with what was not published.
    placed.is_comparable and figure.benchmark_value is not null as is_comparable,
    placed.polarity,
    standing.national_rank,
    standing.quartile_band,
    is_beyond_chance(
        figure.benchmark_value, placed.kind, placed.period, placed.numerator, placed.denominator,
        placed.design_factor, funnel.between_variance
    ) as is_beyond_chance,
    placed.design_factor,
    funnel.between_variance,
    figure.authorities_used,
    figure.cases,
    figure.left_out
from placed
inner join figure
    on figure.la_code = placed.la_code
    and figure.indicator_code = placed.indicator_code
    and figure.period_end is not distinct from placed.period_end
    and figure.neighbour_model is not distinct from placed.neighbour_model
left join (select 'england' as benchmark, * from funnel) as funnel
    on funnel.benchmark = figure.benchmark
    and funnel.indicator_code = placed.indicator_code
    and funnel.period_end = placed.period_end
left join standing
    on standing.la_code = placed.la_code
    and standing.measure_code = placed.measure_code
    and standing.month = placed.month
    and standing.period = placed.period
union all
-- What a council printed at the time stands beside what the published figures give; which year and which neighbours it
-- took is not known.
select
    kpi.la_code,
    kpi.measure_code,
    kpi.month,
    kpi.period,
    kpi.value,
    quoted.benchmark,
    case quoted.benchmark
        when 'statistical_neighbours' then 'Statistical neighbours'
        when 'region' then 'Region'
        when 'england' then 'England'
    end || ', as quoted by the council' as benchmark_name,
    null as benchmark_period_end,
    quoted.benchmark_value,
    'quoted' as benchmark_basis,
    null as neighbours_used,
    kpi.value - quoted.benchmark_value as difference,
    kpi.is_comparable,
    kpi.polarity,
    null as national_rank,
    null as quartile_band,
    is_beyond_chance(
        quoted.benchmark_value, kpi.kind, kpi.period, kpi.numerator, kpi.denominator, kpi.design_factor, null
    ) as is_beyond_chance,
    kpi.design_factor,
    null as between_variance,
    null as authorities_used,
    null as cases,
    null as left_out
from kpi
inner join reference.quoted_benchmark as quoted using (la_code, measure_code, month)
