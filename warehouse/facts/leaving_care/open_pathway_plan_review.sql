-- One row per young person who has a pathway plan or is entitled to one: its next review. Without a review nothing says when it is due.
with
timed as (
    select
        care_leaver.*,
        care_leaver.pathway_review_date + standard.days::int as due_date
    from staged.care_leaver
    left join facts.child using (la_code, extract_date, person_id)
    asof left join reference.standard on
        standard.clock = 'pathway_plan_review'
        and standard.valid_from <= care_leaver.pathway_review_date
    where
        -- A qualifying young person is entitled to none, and has one where a review of it is recorded.
        (care_leaver.eligibility is distinct from 'QUALIFYING' or care_leaver.pathway_review_date is not null)
        and care_leaver.in_touch is distinct from 'DIED'
        and care_leaver.in_touch is distinct from 'RHOM'
        and coalesce(child.death_date > care_leaver.extract_date, true)
)

select
    timed.la_code,
    timed.extract_date,
    'pathway_plan_review' as measure_code,
    timed.person_id,
    timed.record_id,
    timed.pathway_review_date as clock_start,
    timed.due_date,
    seen.working_day_number - started.working_day_number as working_days_elapsed,
    due.working_day_number - seen.working_day_number as working_days_left,
    coalesce(timed.due_date < timed.extract_date, false) as is_overdue,
    coalesce(timed.team, case_holder.team) as team,
    coalesce(timed.personal_adviser, case_holder.worker) as worker,
    'care_leaver' as table_name,
    timed.row_number
from timed
left join facts.case_holder using (la_code, extract_date, person_id)
left join reference.calendar as started on started.date = timed.pathway_review_date
    and started.calendar_number = calendar_of(timed.la_code)
left join reference.calendar as seen on seen.date = timed.extract_date
    and seen.calendar_number = calendar_of(timed.la_code)
left join reference.calendar as due on due.date = timed.due_date
    and due.calendar_number = calendar_of(timed.la_code)
