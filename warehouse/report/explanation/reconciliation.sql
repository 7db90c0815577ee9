-- One row per year to 31 March of a measure: our figure, DfE's, and the parts of the gap.
select
    year_end, our_value, published_value, gap, assessment_clock, transfer_in, distinct_or_episode, late_recording, population,
    rounding, unexplained
from reconciliation
where la_code = $la_code and measure_code = $measure_code
order by year_end desc
