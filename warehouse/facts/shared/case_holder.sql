-- One row per child: the team and worker that hold the case on the extract date, by the latest open primary allocation,
-- else by the latest referral.
with
held as (
    select
        la_code, extract_date, person_id, team, coalesce(worker_name, worker_id) as worker,
        1 as place, true as is_open, start_date, row_number
    from facts.primary_allocation
    where end_date is null or end_date > extract_date
    union all
    select
        la_code, extract_date, person_id, team, worker,
        2, closure_date is null, referral_date, row_number
    from staged.referral
    where is_real(status)
),

ordered as (
    select
        held.*,
        row_number() over (
            partition by la_code, extract_date, person_id, place order by is_open desc, start_date desc, row_number desc
        ) as position
    from held
)

select
    la_code,
    extract_date,
    person_id,
    coalesce(max(team) filter (place = 1), max(team) filter (place = 2)) as team,
    coalesce(max(worker) filter (place = 1), max(worker) filter (place = 2)) as worker
from ordered
where position = 1
group by la_code, extract_date, person_id
