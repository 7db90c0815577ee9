-- One row per row whose whole content stands in an earlier row of the same file.
select la_code, extract_date, row_number
from content
qualify row_number() over (partition by la_code, extract_date, content, content_again order by row_number) > 1
