-- One row per child and month end in pre-proceedings: begun by then, and no decision to end them by then.
select
    month.la_code,
    month.extract_date,
    month.month,
    pre_proceedings.person_id,
    max({'start': pre_proceedings.start_date, 'id': pre_proceedings.pre_proceedings_id}).id as record_id,
    max(pre_proceedings.start_date) as clock_start,
    month.snapshot_date as event_date,
    month.snapshot_date as attribute_date,
    'pre_proceedings' as table_name,
    arg_max(
        pre_proceedings.row_number, {'start': pre_proceedings.start_date, 'id': pre_proceedings.pre_proceedings_id}
    ) as row_number
from staged.pre_proceedings
inner join facts.reporting_month as month on
    month.la_code = pre_proceedings.la_code
    and month.extract_date = pre_proceedings.extract_date
    and month.snapshot_date >= pre_proceedings.start_date
    and (pre_proceedings.decision_date is null or pre_proceedings.decision_date > month.snapshot_date)
group by month.la_code, month.extract_date, month.month, month.snapshot_date, pre_proceedings.person_id
