-- One row per measure: one sentence about its level as known at the month reported, and whether it is new.
select measure_code, sentence, is_news
from spc_sentence
where la_code = $la_code and month = $month
order by measure_code
