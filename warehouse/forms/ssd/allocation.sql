-- One row per child, worker and stretch, of the child itself or of the child of its referral.
with
worker as (
    select
        prof_professional_id,
        any_value(said_of(prof_social_worker_registration_no)) as registration_number,
        any_value(prof_professional_name) as name
    from ssd_professionals
    group by prof_professional_id
),

referral as (
    select cine_referral_id, any_value(cine_person_id) as person_id from ssd_cin_episodes group by cine_referral_id
)

select
    coalesce(involvement.invo_person_id, referral.person_id) as person_id,
    coalesce(worker.registration_number, involvement.invo_professional_id) as worker_id,
    involvement.invo_involvement_start_date as start_date,
    involvement.invo_involvement_end_date as end_date,
    involvement.invo_professional_role_id as role,
    worker.name as worker_name
from ssd_involvements as involvement
left join worker on worker.prof_professional_id = involvement.invo_professional_id
left join referral on referral.cine_referral_id = involvement.invo_referral_id
