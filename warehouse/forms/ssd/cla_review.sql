-- One row per review held, of the child itself or of the child of its period of care.
with care as (select clae_cla_id, any_value(clae_person_id) as person_id from ssd_cla_episodes group by clae_cla_id)

select
    review.clar_cla_review_id as review_id,
    coalesce(review.clar_cla_person_id, care.person_id) as person_id,
    review.clar_cla_review_date as review_date,
    review.clar_cla_review_due_date as due_date,
    review.clar_cla_review_participation as participation,
    review.clar_cla_review_cancelled as cancelled
from ssd_cla_reviews as review
left join care on care.clae_cla_id = review.clar_cla_id
where said_of(review.clar_cla_review_date) is not null
