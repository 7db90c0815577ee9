-- One row per review held, of the child itself or of the child of its plan.
with plan as (select cppl_cp_plan_id, any_value(cppl_person_id) as person_id from ssd_cp_plans group by cppl_cp_plan_id)

select
    review.cppr_cp_review_id as review_id,
    coalesce(review.cppr_person_id, plan.person_id) as person_id,
    review.cppr_cp_plan_id as cp_plan_id,
    review.cppr_cp_review_date as review_date,
    review.cppr_cp_review_due as due_date
from ssd_cp_reviews as review
left join plan on plan.cppl_cp_plan_id = review.cppr_cp_plan_id
-- A review that is only due has no day, and is no record of one.
where said_of(review.cppr_cp_review_date) is not null
