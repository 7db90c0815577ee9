-- One row per day on which a review of a looked after child was or is due: the first on working day 20 of the period of
-- care, the second 91 days after the first, each later one 183 days after the one before. `answered_on` is the next
-- review, whenever it was held.
with
review as (
    select distinct child.child_number, cla_review.review_date
    from staged.cla_review
    inner join facts.child_in_care as child using (la_code, extract_date, person_id)
    where is_done(cla_review.status) and not coalesce(cla_review.cancelled, false)
),

-- Of a period that began before the table is complete, the first review that was kept is taken for a later one.
period as (
    select
        care_period.la_code, care_period.child_number, care_period.period_number, care_period.start_date, care_period.end_date,
        coalesce(coverage.complete_from > care_period.start_date, false)::int as reviews_cut
    from facts.care_period
    left join (from staged.coverage where table_name = 'cla_review') as coverage using (la_code, extract_date)
),

-- What a due day is counted from: the start of the period, then each review.
point as (
    select la_code, child_number, period_number, start_date as clock_start, true as is_start, 0 as reviews_cut
    from period
    union all
    select period.la_code, period.child_number, period.period_number, review.review_date, false, period.reviews_cut
    from period
    inner join review using (child_number)
    where
        review.review_date > period.start_date
        and (period.end_date is null or review.review_date <= period.end_date)
),

followed as (
    select
        *,
        row_number() over period - 1 + reviews_cut as reviews_before,
        lead(clock_start) over period as answered_on
    from point
    window period as (partition by child_number, period_number order by clock_start, is_start desc)
)

select
    followed.child_number,
    followed.period_number,
    followed.clock_start,
    case
        when followed.reviews_before > 0 then followed.clock_start + standard.days::int
        -- A period that began before working days are known began more than 20 of them ago.
        else coalesce(due.date, followed.clock_start + 28)
    end as due_date,
    followed.answered_on
from followed
asof left join reference.standard on
    standard.clock = case followed.reviews_before
        when 0 then 'looked_after_review_first'
        when 1 then 'looked_after_review_second'
        else 'looked_after_review_next'
    end
    and standard.valid_from <= followed.clock_start
left join reference.calendar as started on started.date = followed.clock_start
    and started.calendar_number = calendar_of(followed.la_code)
left join reference.working_day as due on
    -- Of the first alone; as a case, so that the join stays one by equality.
    due.working_day_number
    = case when followed.reviews_before = 0 then started.working_day_number + standard.days end
    and due.calendar_number = calendar_of(followed.la_code)
