-- One row per child and month in which it was looked after on any day: whether it went missing in the month on a day on
-- which it was looked after, or was missing when the month began and was looked after on its first day.
with
month as (
    select la_code, extract_date, month, snapshot_date from facts.reporting_month
),

looked_after as (
    select
        month.la_code, month.extract_date, month.month, care_episode.person_id,
        max(care_episode.episode_number) as episode_number,
        any_value(month.snapshot_date) as snapshot_date
    from facts.care_episode
    inner join month on
        month.la_code = care_episode.la_code
        and month.extract_date = care_episode.extract_date
        and month.snapshot_date >= care_episode.from_date
        and (care_episode.until_date is null or care_episode.until_date > month.month)
    where
        not care_episode.is_set_aside
        -- One that ends on the day it begins is open on no day.
        and coalesce(care_episode.until_date > care_episode.from_date, true)
    group by month.la_code, month.extract_date, month.month, care_episode.person_id
),

went as (
    select la_code, extract_date, person_id, record_id, row_number, start_at::date as start_date, end_at::date as end_date
    from staged.missing
    where type = 'M'
),

-- Missing from a first day on which the child was looked after.
began as (
    select
        went.la_code, went.extract_date, went.person_id, date_trunc('month', went.start_date)::date as month,
        min({'start': went.start_date, 'record_id': went.record_id, 'row_number': went.row_number}) as went
    from went
    inner join facts.care_episode using (la_code, extract_date, person_id)
    where
        not care_episode.is_set_aside
        and went.start_date >= care_episode.from_date
        and coalesce(went.start_date < care_episode.until_date, true)
    group by went.la_code, went.extract_date, went.person_id, date_trunc('month', went.start_date)
),

-- Missing when a month began.
under_way as (
    select
        went.la_code, went.extract_date, went.person_id, month.month,
        min({'start': went.start_date, 'record_id': went.record_id, 'row_number': went.row_number}) as went
    from went
    inner join month on
        month.la_code = went.la_code
        and month.extract_date = went.extract_date
        and went.start_date < month.month
        and coalesce(went.end_date >= month.month, true)
    inner join facts.care_episode on
        care_episode.la_code = went.la_code
        and care_episode.extract_date = went.extract_date
        and care_episode.person_id = went.person_id
        and care_episode.from_date <= month.month
        and coalesce(care_episode.until_date > month.month, true)
        and not care_episode.is_set_aside
    group by went.la_code, went.extract_date, went.person_id, month.month
)

select
    looked_after.la_code,
    looked_after.extract_date,
    looked_after.month,
    looked_after.person_id,
    coalesce(began.went.record_id, under_way.went.record_id, care_episode.record_id) as record_id,
    if(began.went is null and under_way.went is null, 'cla_episode', 'missing') as table_name,
    coalesce(began.went.row_number, under_way.went.row_number, care_episode.row_number) as row_number,
    coalesce(began.went.start, under_way.went.start) as event_date,
    looked_after.snapshot_date as attribute_date,
    care_episode.legal_status,
    care_episode.placement_type,
    began.went is not null as went_missing,
    under_way.went is not null as was_missing_on_the_first_day,
    'Not missing' as reason
from looked_after
inner join facts.care_episode using (la_code, extract_date, person_id, episode_number)
left join began using (la_code, extract_date, person_id, month)
left join under_way using (la_code, extract_date, person_id, month)
