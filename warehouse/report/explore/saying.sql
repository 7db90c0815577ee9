-- One row per measure of an authority: one sentence about its level, as of its latest ended month.
select spc_sentence.measure_code, spc_sentence.sentence
from spc_sentence
inner join latest_month using (la_code, month)
where spc_sentence.la_code = $la_code
order by spc_sentence.measure_code
