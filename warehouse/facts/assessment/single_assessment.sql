-- One row per child and single assessment, finished or not, with its clock: from the referral for the first assessment
-- of one, from its own start for a later one or one without a referral.
with
-- Which assessment of a referral is the first is asked of all that are real, those set aside for another cell included.
every_assessment as (
    select assessment.*, true as is_used
    from staged.assessment
    union all by name
    select assessment_aside.*, false as is_used
    from staged.assessment_aside
    anti join staged.assessment using (la_code, extract_date, assessment_id, person_id)
    where start_date is not null and person_id is not null
    qualify is_last_row_of(assessment_id, start_date)
),

assessment as (
    select
        every_assessment.*,
        row_number() over (
            partition by
                every_assessment.la_code, every_assessment.extract_date, every_assessment.person_id,
                every_assessment.referral_id
            order by every_assessment.start_date nulls last, every_assessment.assessment_id
        ) = 1 as is_earliest_kept,
        case setting.sa_completion
            when 'completed_date' then every_assessment.completed_date
            else every_assessment.authorised_date
        end as completion_date,
        setting.sa_clock_start,
        setting.missing_start,
        setting.nonworking_start
    from every_assessment
    cross join reference.setting
    where
        is_real(every_assessment.status)
        and (
            len(setting.assessment_types) = 0
            or list_contains(
                list_transform(setting.assessment_types, lambda type : lower(type)),
                lower(every_assessment.assessment_type)
            )
        )
),

-- A referral that was set aside for another cell still says when it was made and closed.
referral as (
    from staged.referral
    union all by name
    from (
        from staged.referral_aside
        anti join staged.referral using (la_code, extract_date, referral_id, person_id)
        where person_id is not null
        qualify is_last_row_of(referral_id, referral_date)
    )
),

-- A referral that was called off is none: it starts no clock and closes nothing.
linked as (
    select
        assessment.*,
        case when is_done(assessment.status) then assessment.completion_date end as finished_date,
        case when is_real(referral.status) then referral.referral_date end as referral_date,
        case when is_real(referral.status) then referral.closure_date end as closure_date,
        real_referral.team as referral_team,
        real_referral.worker as referral_worker,
        real_referral.referral_source,
        -- Of a referral from before the table is complete, earlier assessments may have been cut off: unless the
        -- earliest one kept is from before that day too, only the extract's word shows that it was the first.
        assessment.referral_id is not null
        and coalesce(
            case
                when referral.referral_id is null then coverage.complete_from is not null
                else
                    assessment.is_earliest_kept
                    and referral.referral_date < coverage.complete_from
                    and assessment.start_date >= coverage.complete_from
                    and assessment.start_date > referral.referral_date
                    and is_real(referral.status)
            end,
            false
        ) as is_history_missing,
        -- A first assessment begins within days. What began later, where a form cuts single records off, comes after one
        -- that had ended before the form begins, if there were days for one.
        coalesce(
            coverage.is_cut_by_rows
            and assessment.start_date > referral.referral_date + 10
            and coverage.complete_from > referral.referral_date + 10,
            false
        ) as is_likely_later
    from assessment
    left join referral using (la_code, extract_date, referral_id, person_id)
    left join facts.referral as real_referral using (la_code, extract_date, referral_id, person_id)
    left join (from staged.coverage where table_name = 'assessment') as coverage using (la_code, extract_date)
    where assessment.is_used
),

clocked as (
    select
        linked.*,
        case
            when linked.sa_clock_start = 'assessment_start' then linked.start_date
            when linked.sa_clock_start = 'referral_always' then coalesce(linked.referral_date, linked.start_date)
            when
                linked.is_earliest_kept
                and linked.referral_date is not null
                and not (linked.is_history_missing and linked.is_likely_later)
                then linked.referral_date
            -- A later assessment cannot have begun before the referral it belongs to.
            when linked.start_date < linked.referral_date then linked.referral_date
            else linked.start_date
        end as clock_start
    from linked
),

counted as (
    select
        clocked.*,
        standard.days as standard,
        counted_from(started.working_day_number, started.is_working_day, clocked.nonworking_start) as start_number,
        case
            when clocked.finished_date >= clocked.clock_start
            then
                greatest(
                    finished.working_day_number
                    - counted_from(started.working_day_number, started.is_working_day, clocked.nonworking_start),
                    0
                )
        end as working_days,
        clocked.clock_start is null as is_start_missing
    from clocked
    left join reference.calendar as started on started.date = clocked.clock_start
        and started.calendar_number = calendar_of(clocked.la_code)
    left join reference.calendar as finished on finished.date = clocked.finished_date
        and finished.calendar_number = calendar_of(clocked.la_code)
    asof left join reference.standard on
        standard.clock = 'assessment_timeliness'
        and coalesce(clocked.finished_date, clocked.extract_date) >= standard.valid_from
)

select
    counted.la_code,
    counted.extract_date,
    date_trunc('month', counted.finished_date)::date as month,
    counted.person_id,
    counted.assessment_id as record_id,
    counted.start_date,
    coalesce(counted.start_date, counted.referral_date) as begun_date,
    counted.clock_start,
    counted.finished_date as event_date,
    counted.closure_date,
    working_day.date as due_date,
    counted.working_days,
    counted.standard,
    coalesce(counted.working_days <= counted.standard, false) as is_in_time,
    counted.finished_date is not null
    and (counted.missing_start = 'fail' or not counted.is_start_missing) as is_counted,
    coalesce(counted.outcome_nfa, false) as is_no_further_action,
    counted.is_start_missing,
    counted.is_history_missing,
    why_not_in_time(counted.clock_start, counted.finished_date, counted.working_days, counted.standard) as reason,
    counted.finished_date as attribute_date,
    counted.referral_id,
    counted.place,
    counted.referral_source,
    counted.team,
    counted.worker,
    counted.referral_team,
    counted.referral_worker,
    'assessment' as table_name,
    counted.row_number
from counted
left join reference.working_day on working_day.working_day_number = counted.start_number + counted.standard
    and working_day.calendar_number = calendar_of(counted.la_code)
