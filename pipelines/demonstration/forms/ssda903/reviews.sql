-- One row per child and review held in the year.
select
    cla_review.person_id as CHILD,
    british(person.dob) as DOB,
    british(cla_review.review_date) as REVIEW,
    cla_review.participation as REVIEW_CODE
from cla_review
join person using (person_id)
where cla_review.status = 'COMPLETED'
    and cla_review.review_date between getvariable('year_start') and getvariable('year_end')
order by cla_review.person_id, cla_review.review_date
