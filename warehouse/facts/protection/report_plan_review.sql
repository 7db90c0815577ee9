-- One row per review of a child who has a plan, held on or before the day on which the first plan began: it is no
-- review of a plan.
with
first_plan as (
    select la_code, extract_date, person_id, min(start_date) as start_date
    from facts.plan
    group by la_code, extract_date, person_id
)

select
    review.la_code, review.extract_date, 'cp_review' as table_name, review.row_number, review.review_id as record_id,
    review.person_id, 'review_date' as column_name, review.review_date::varchar as raw_value,
    'review_before_plan' as rule, review.place
from staged.cp_review as review
inner join first_plan using (la_code, extract_date, person_id)
where is_real(review.status) and review.review_date <= first_plan.start_date
