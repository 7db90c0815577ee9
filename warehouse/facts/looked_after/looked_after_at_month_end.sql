-- One row per child and month end looked after by us: under 18, alive and born, not in a short break. Of several open
-- episodes the one that began last is the child's.
with
month_end as (
    select
        la_code, extract_date, month, snapshot_date,
        months_before(snapshot_date, 12) as twelve_months_before,
        months_before(snapshot_date, 24) as two_years_before,
        months_before(snapshot_date, 30) as thirty_months_before
    from facts.reporting_month
),

latest as (
    select
        month_end.la_code, month_end.extract_date, month_end.month, care_episode.person_id,
        max(care_episode.episode_number) as episode_number,
        any_value(month_end.snapshot_date) as snapshot_date,
        any_value(month_end.twelve_months_before) as twelve_months_before,
        any_value(month_end.two_years_before) as two_years_before,
        any_value(month_end.thirty_months_before) as thirty_months_before
    from facts.care_episode
    inner join month_end on
        month_end.la_code = care_episode.la_code
        and month_end.extract_date = care_episode.extract_date
        and month_end.snapshot_date >= care_episode.from_date
        and (care_episode.until_date is null or care_episode.until_date > month_end.snapshot_date)
    where not care_episode.is_set_aside
    group by month_end.la_code, month_end.extract_date, month_end.month, care_episode.person_id
)

select
    latest.*,
    care_episode.record_id,
    care_episode.row_number,
    care_episode.legal_status,
    care_episode.placement_type,
    care_episode.period_number,
    care_episode.period_start_date,
    child.birth_date,
    coalesce(child.uasc, false) as is_unaccompanied
from latest
inner join facts.care_episode using (la_code, extract_date, person_id, episode_number)
left join facts.child using (la_code, extract_date, person_id)
