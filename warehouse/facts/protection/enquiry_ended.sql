-- One row per child and section 47 enquiry that ended, in the month of its end.
select
    * replace (
        date_trunc('month', end_date)::date as month,
        end_date as event_date,
        end_date as attribute_date
    )
from facts.enquiry
where end_date is not null
