-- One row per typed row, with the date of the referral it names.
select before_referral_id.*, referral.referral_date as linked_referral_date
from before_referral_id
left join staged.referral using (la_code, extract_date, referral_id)
