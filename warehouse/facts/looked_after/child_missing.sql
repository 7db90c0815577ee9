-- One row per child and month in which it was looked after on any day: whether it went missing in the month on a day on
-- which it was looked after, or was missing when the month began and was looked after on its first day.
with
month as (
    select la_code, extract_date, month, snapshot_date, month_number(month) as month_number
    from facts.reporting_month
),

-- One that ends on the day it begins is open on no day.
standing as (
    select
        la_code, extract_date, child_number, episode_number, from_date, until_date,
        unnest(range(month_number(from_date), month_number(coalesce(until_date, extract_date)) + 1)) as month_number
    from facts.care_episode
    where not is_set_aside and coalesce(until_date > from_date, true)
),

-- The episode of the last day of care in the month; of several the one that began last.
looked_after as (
    select
        standing.child_number, month.month,
        max({
            'last_day': least(coalesce(standing.until_date - 1, month.snapshot_date), month.snapshot_date),
            'episode_number': standing.episode_number
        }).episode_number as episode_number
    from standing
    inner join month using (la_code, extract_date, month_number)
    where
        month.snapshot_date >= standing.from_date
        and (standing.until_date is null or standing.until_date > month.month)
    group by standing.child_number, month.month
),

went as (
    select
        child.child_number, missing.la_code, missing.extract_date, missing.record_id, missing.row_number,
        missing.start_at::date as start_date, missing.end_at::date as end_date
    from staged.missing
    inner join facts.child_in_care as child using (la_code, extract_date, person_id)
    where missing.type = 'M'
),

-- Missing from a day on which the child was looked after.
began as (
    select
        went.child_number, date_trunc('month', went.start_date)::date as month,
        min({'start': went.start_date, 'record_id': went.record_id, 'row_number': went.row_number}) as went
    from went
    inner join facts.care_episode using (child_number)
    where
        not care_episode.is_set_aside
        and went.start_date >= care_episode.from_date
        and coalesce(went.start_date < care_episode.until_date, true)
    group by went.child_number, date_trunc('month', went.start_date)
),

-- Missing when a month began.
under_way as (
    select
        went.child_number, month.month,
        min({'start': went.start_date, 'record_id': went.record_id, 'row_number': went.row_number}) as went
    from went
    inner join month on
        month.la_code = went.la_code
        and month.extract_date = went.extract_date
        and went.start_date < month.month
        and coalesce(went.end_date >= month.month, true)
    inner join facts.care_episode on
        care_episode.child_number = went.child_number
        and care_episode.from_date <= month.month
        and coalesce(care_episode.until_date > month.month, true)
        and not care_episode.is_set_aside
    group by went.child_number, month.month
)

select
    care_episode.la_code,
    care_episode.extract_date,
    looked_after.month,
    care_episode.person_id,
    coalesce(began.went.record_id, under_way.went.record_id, care_episode.record_id) as record_id,
    if(began.went is null and under_way.went is null, 'cla_episode', 'missing') as table_name,
    coalesce(began.went.row_number, under_way.went.row_number, care_episode.row_number) as row_number,
    coalesce(began.went.start, under_way.went.start) as event_date,
    least(last_day(looked_after.month), care_episode.extract_date) as attribute_date,
    care_episode.legal_status,
    care_episode.placement_type,
    began.went is not null as went_missing,
    under_way.went is not null as was_missing_on_the_first_day
from looked_after
inner join facts.care_episode using (child_number, episode_number)
left join began using (child_number, month)
left join under_way using (child_number, month)
