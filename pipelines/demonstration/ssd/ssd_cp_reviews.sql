-- One row per review.
select
    review_id as cppr_cp_review_id, person_id as cppr_person_id, cp_plan_id as cppr_cp_plan_id,
    due_date as cppr_cp_review_due, review_date as cppr_cp_review_date
from cp_review
where status not in ('POSTPONED', 'CANCELLED')
