-- One row per child and referral that is real: what records that name it take from it.
select
    la_code, extract_date, person_id, referral_id, referral_date, closure_date, referral_source, team, worker
from staged.referral
where is_real(status)
