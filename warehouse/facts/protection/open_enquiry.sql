-- One row per section 47 enquiry without an end, an outcome or a conference on the extract date, and not awaiting one.
with
waiting as (
    select
        enquiry.*,
        standard.days as standard,
        counted_from(started.working_day_number, started.is_working_day, setting.nonworking_start) as start_number,
        seen.working_day_number as extract_number
    from facts.enquiry
    cross join reference.setting
    left join reference.calendar as started on started.date = enquiry.clock_start
        and started.calendar_number = calendar_of(enquiry.la_code)
    left join reference.calendar as seen on seen.date = enquiry.extract_date
        and seen.calendar_number = calendar_of(enquiry.la_code)
    asof left join reference.standard on
        standard.clock = 'section_47_enquiry' and enquiry.extract_date >= standard.valid_from
    where
        enquiry.end_date is null
        and enquiry.outcome is null
        and not enquiry.is_answered
        and not enquiry.is_conference_unnecessary
        and not enquiry.is_conference_awaited
        and enquiry.status is distinct from 'PLANNED'
        and enquiry.closure_date is null
)

select
    waiting.la_code,
    waiting.extract_date,
    'section_47_enquiry' as measure_code,
    waiting.person_id,
    waiting.record_id,
    waiting.clock_start,
    working_day.date as due_date,
    greatest(waiting.extract_number - waiting.start_number, 0) as working_days_elapsed,
    waiting.standard - greatest(waiting.extract_number - waiting.start_number, 0) as working_days_left,
    coalesce(waiting.extract_number - waiting.start_number > waiting.standard, false) as is_overdue,
    coalesce(waiting.referral_team, case_holder.team) as team,
    coalesce(waiting.referral_worker, case_holder.worker) as worker,
    waiting.table_name,
    waiting.row_number
from waiting
left join facts.case_holder using (la_code, extract_date, person_id)
left join reference.working_day on working_day.working_day_number = waiting.start_number + waiting.standard
    and working_day.calendar_number = calendar_of(waiting.la_code)
