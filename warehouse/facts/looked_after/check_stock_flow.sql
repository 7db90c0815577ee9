-- One row per extract and month after its first: children looked after at the month end before, plus entries, less
-- exits, plus what explains the rest, less children looked after now. `difference` is 0.
with
stock as (
    select
        month.la_code, month.extract_date, month.month, any_value(month.snapshot_date) as snapshot_date,
        count(child.person_id) as looked_after
    from facts.reporting_month as month
    left join facts.looked_after_at_month_end as child using (la_code, extract_date, month)
    group by month.la_code, month.extract_date, month.month
),

-- The days that a period of care adds to the count of children, if every episode of it counts.
period as (
    select
        care_period.*,
        greatest(first_decom, born_on) as counted_from,
        least(end_date, eighteenth_birthday, death_date) as counted_until,
        coalesce(counted_from < counted_until, true) as is_ever_counted,
        end_date is not null
        and coalesce(end_date <= eighteenth_birthday, true)
        and coalesce(end_date <= death_date, true) as is_exit
    from facts.care_period
),

expected as (
    select stock.la_code, stock.extract_date, stock.month, count(*) as children
    from period
    inner join stock on
        stock.la_code = period.la_code
        and stock.extract_date = period.extract_date
        and period.counted_from <= stock.snapshot_date
        and coalesce(period.counted_until > stock.snapshot_date, true)
    where period.is_ever_counted
    group by stock.la_code, stock.extract_date, stock.month
),

term as (
    select
        la_code, extract_date,
        unnest([
            -- In care from the 18th birthday, or from death, on: entered, and never counted.
            {'term': case
                when is_ever_counted then 'counted_later'
                when start_date >= eighteenth_birthday then 'entries_from_18'
                when start_date >= death_date then 'entries_after_death'
                else 'counted_later'
            end, 'day': start_date, 'amount': -1},
            -- Counted from birth, or from the first episode that was sent.
            {'term': 'counted_later', 'day': if(is_ever_counted, counted_from, null), 'amount': 1},
            {'term': case
                when start_date >= eighteenth_birthday then 'entries_from_18'
                when start_date >= death_date then 'entries_after_death'
                else 'counted_later'
            end, 'day': if(not is_ever_counted and is_exit, end_date, null), 'amount': 1},
            {
                'term': if(coalesce(counted_until = eighteenth_birthday, false), 'birthdays', 'deaths'),
                'day': if(is_ever_counted and not is_exit, counted_until, null), 'amount': -1
            },
            {'term': 'set_aside', 'day': if(first.is_set_aside, start_date, null), 'amount': 1},
            {'term': 'set_aside', 'day': if(last.is_set_aside and is_exit, end_date, null), 'amount': -1}
        ], recursive := true)
    from period
),

terms as (
    select
        la_code, extract_date, date_trunc('month', day)::date as month,
        sum(amount) filter (term = 'birthdays') as birthdays,
        sum(amount) filter (term = 'deaths') as deaths,
        sum(amount) filter (term = 'entries_from_18') as entries_from_18,
        sum(amount) filter (term = 'entries_after_death') as entries_after_death,
        sum(amount) filter (term = 'counted_later') as counted_later,
        sum(amount) filter (term = 'set_aside') as set_aside
    from term
    where day <= extract_date
    group by la_code, extract_date, date_trunc('month', day)
),

entries as (
    select la_code, extract_date, month, count(*) as entries from facts.entry_to_care group by all
),

exits as (
    select la_code, extract_date, month, count(*) as exits from facts.exit_from_care group by all
),

joined as (
    select
        stock.la_code,
        stock.extract_date,
        stock.month,
        lag(stock.looked_after) over extract as looked_after_before,
        coalesce(entries.entries, 0) as entries,
        coalesce(exits.exits, 0) as exits,
        coalesce(terms.birthdays, 0)::bigint as birthdays,
        coalesce(terms.deaths, 0)::bigint as deaths,
        coalesce(terms.entries_from_18, 0)::bigint as entries_from_18,
        coalesce(terms.entries_after_death, 0)::bigint as entries_after_death,
        coalesce(terms.counted_later, 0)::bigint as counted_later,
        -- A child whose only episode on a day was set aside is not counted on it.
        (
            coalesce(terms.set_aside, 0)
            + stock.looked_after - coalesce(expected.children, 0)
            - lag(stock.looked_after - coalesce(expected.children, 0)) over extract
        )::bigint as set_aside,
        stock.looked_after
    from stock
    left join expected using (la_code, extract_date, month)
    left join entries using (la_code, extract_date, month)
    left join exits using (la_code, extract_date, month)
    left join terms using (la_code, extract_date, month)
    window extract as (partition by stock.la_code, stock.extract_date order by stock.month)
)

select
    *,
    looked_after_before + entries - exits + birthdays + deaths + entries_from_18 + entries_after_death + counted_later
    + set_aside - looked_after as difference
from joined
where looked_after_before is not null
