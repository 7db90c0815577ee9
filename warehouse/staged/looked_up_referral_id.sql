-- One row per judged row, in their order: the date of the referral that it names, if it is the child's own.
select judged.row_id, referral.referral_date as linked_referral_date
from judged
left join staged.referral using (la_code, extract_date, referral_id, person_id)
order by judged.row_id
