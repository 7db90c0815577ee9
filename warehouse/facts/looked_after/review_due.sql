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

-- What a due day is counted from: the start of the period, then each review.
point as (
    select child_number, period_number, start_date as clock_start, true as is_start
    from facts.care_period
    union all
    select care_period.child_number, care_period.period_number, review.review_date, false
    from facts.care_period
    inner join review using (child_number)
    where
        review.review_date > care_period.start_date
        and (care_period.end_date is null or review.review_date <= care_period.end_date)
),

followed as (
    select
        *,
        row_number() over period - 1 as reviews_before,
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
left join reference.working_day as due on
    -- Of the first alone; as a case, so that the join stays one by equality.
    due.working_day_number
    = case when followed.reviews_before = 0 then started.working_day_number + standard.days end
