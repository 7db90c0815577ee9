-- One row per child and month end looked after by us: under 18, alive and born, not in a short break. Of several open
-- episodes the one that began last is the child's.
with
month_end as (
    select
        month.la_code, month.extract_date, month.month, month.snapshot_date,
        month_number(month.month) as month_number,
        months_before(month.snapshot_date, 12) as twelve_months_before,
        months_before(month.snapshot_date, 24) as two_years_before,
        months_before(month.snapshot_date, 30) as thirty_months_before,
        visit.days::int as visit_days,
        long_term_visit.days::int as long_term_visit_days
    from facts.reporting_month as month
    asof left join (from reference.standard where clock = 'looked_after_visit') as visit
        on visit.valid_from <= month.snapshot_date
    asof left join (from reference.standard where clock = 'looked_after_visit_long_term') as long_term_visit
        on long_term_visit.valid_from <= month.snapshot_date
),

-- Each episode with the placement that the child is in.
episode as (
    select
        care_episode.la_code, care_episode.extract_date, care_episode.person_id, care_episode.child_number,
        care_episode.episode_number, care_episode.record_id, care_episode.row_number, care_episode.legal_status,
        care_episode.placement_type, care_episode.period_number, care_episode.period_start_date,
        child.birth_date, child.is_unaccompanied,
        placement.start_date as placement_start_date,
        -- Visits are asked in a temporary placement as in any.
        if(placement_of_episode.is_in_placement, placement.start_date, placement_of_episode.stay_start_date)
            as visits_from,
        placement.end_date as placement_end_date,
        placement.first_type as first_placement_type,
        placement.start_of_the_one_before as start_of_the_placement_before
    from facts.care_episode
    inner join facts.child_in_care as child using (child_number)
    inner join facts.placement_of_episode using (child_number, episode_number)
    left join facts.placement using (child_number, placement_number)
),

-- An episode stands at the month ends between its first and its last month.
standing as (
    select
        la_code, extract_date, child_number, episode_number, from_date, until_date,
        unnest(range(month_number(from_date), month_number(coalesce(until_date, extract_date)) + 1)) as month_number
    from facts.care_episode
    where not is_set_aside
),

latest as (
    select standing.child_number, month_end.month, max(standing.episode_number) as episode_number
    from standing
    inner join month_end using (la_code, extract_date, month_number)
    where
        month_end.snapshot_date >= standing.from_date
        and (standing.until_date is null or standing.until_date > month_end.snapshot_date)
    group by standing.child_number, month_end.month
)

select
    care_episode.la_code,
    care_episode.extract_date,
    latest.month,
    care_episode.person_id,
    latest.child_number,
    row_number() over () as case_number,
    month_end.snapshot_date,
    month_end.twelve_months_before,
    month_end.two_years_before,
    month_end.thirty_months_before,
    month_end.visit_days,
    month_end.long_term_visit_days,
    latest.episode_number,
    care_episode.record_id,
    care_episode.row_number,
    care_episode.legal_status,
    care_episode.placement_type,
    care_episode.period_number,
    care_episode.period_start_date,
    care_episode.birth_date,
    care_episode.is_unaccompanied,
    care_episode.placement_start_date,
    care_episode.placement_end_date,
    care_episode.visits_from,
    care_episode.first_placement_type,
    care_episode.start_of_the_placement_before
from latest
inner join episode as care_episode using (child_number, episode_number)
inner join month_end on
    month_end.la_code = care_episode.la_code
    and month_end.extract_date = care_episode.extract_date
    and month_end.month = latest.month
