-- One row per child and day from which a review of a child protection plan falls due: a plan's start, and each review.
with
review as (
    select distinct la_code, extract_date, person_id, review_date
    from staged.cp_review
    where took_place(status)
),

begun as (
    select distinct la_code, extract_date, person_id, our_start_date as from_date, true as is_first
    from facts.plan
    where our_start_date is not null
    union all
    select la_code, extract_date, person_id, review_date, false
    from review
)

select
    begun.la_code,
    begun.extract_date,
    begun.person_id,
    begun.from_date,
    begun.is_first,
    (begun.from_date + if(begun.is_first, first_standard.days, next_standard.days)::integer)::date as due_date,
    review.review_date as next_review_date
from begun
asof left join reference.standard as first_standard on
    first_standard.clock = 'plan_review_first' and begun.from_date >= first_standard.valid_from
asof left join reference.standard as next_standard on
    next_standard.clock = 'plan_review_next' and begun.from_date >= next_standard.valid_from
asof left join review on
    review.la_code = begun.la_code
    and review.extract_date = begun.extract_date
    and review.person_id = begun.person_id
    and begun.from_date < review.review_date
