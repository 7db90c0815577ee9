-- One row per review, of a period of care.
select
    review_id as clar_cla_review_id, person_id as clar_cla_person_id, due_date as clar_cla_review_due_date,
    review_date as clar_cla_review_date, if(cancelled, 'Y', 'N') as clar_cla_review_cancelled,
    participation as clar_cla_review_participation
from cla_review
where status = 'COMPLETED'
