-- One row per care leaver and month of those of which the state is known, the last that ended and that of the extract
-- date: former relevant, 17 to 21 years old, not died, not returned home to those with parental responsibility.
select
    month.la_code,
    month.extract_date,
    month.month,
    care_leaver.person_id,
    care_leaver.record_id,
    'care_leaver' as table_name,
    care_leaver.row_number,
    month.snapshot_date as event_date,
    month.snapshot_date as attribute_date,
    age_on(child.birth_date, month.snapshot_date)::varchar as age_band,
    care_leaver.team,
    age_on(child.birth_date, month.snapshot_date) >= 19 as is_19_to_21,
    coalesce(care_leaver.in_touch = 'YES', false) as is_in_touch,
    coalesce(list_contains(setting.care_leaver_accommodation_left_out, left(care_leaver.accommodation, 1)), false)
        as is_out_of_reach,
    coalesce(care_leaver.suitable, care_leaver.accommodation like '_1', false) as is_suitably_accommodated,
    coalesce(left(care_leaver.activity, 1) in ('F', 'P'), false) as is_in_eet,
    case when care_leaver.in_touch is null then 'Not known whether in touch' else 'Not in touch' end as touch_reason,
    case
        when care_leaver.suitable is null and coalesce(care_leaver.accommodation not like '_2', true)
        then 'Not known whether suitable'
        else 'Not suitable'
    end as accommodation_reason,
    case
        when care_leaver.activity is null or care_leaver.activity = '0' then 'Activity not known'
        else 'Not in education, employment or training'
    end as activity_reason
from staged.care_leaver
cross join reference.setting
inner join facts.reporting_month as month on
    month.la_code = care_leaver.la_code
    and month.extract_date = care_leaver.extract_date
    -- The months in which a state of the extract date may stand.
    and (
        month.snapshot_date = month.extract_date
        or month.month = (date_trunc('month', month.extract_date + 1) - interval 1 month)::date
    )
inner join facts.child on
    child.la_code = care_leaver.la_code
    and child.extract_date = care_leaver.extract_date
    and child.person_id = care_leaver.person_id
where
    care_leaver.eligibility = 'FORMER_RELEVANT'
    and care_leaver.in_touch is distinct from 'DIED'
    and care_leaver.in_touch is distinct from 'RHOM'
    and coalesce(child.death_date > month.snapshot_date, true)
    and age_on(child.birth_date, month.snapshot_date) between 17 and 21
