-- One row per period of care: episodes of ours without a gap between them.
with
period as (
    select
        child_number, period_number,
        any_value(period_start_date) as start_date,
        any_value(first_decom) as first_decom,
        case when count(*) = count(dec) then max(dec) end as end_date,
        arg_min(
            {
                'record_id': record_id, 'row_number': row_number, 'legal_status': legal_status,
                'placement_type': placement_type, 'is_set_aside': is_set_aside
            },
            episode_number
        ) as first,
        arg_max(
            {
                'record_id': record_id, 'row_number': row_number, 'legal_status': legal_status,
                'placement_type': placement_type, 'is_set_aside': is_set_aside
            },
            {'dec': coalesce(dec, date '9999-12-31'), 'number': episode_number}
        ) as last
    from facts.care_episode
    group by child_number, period_number
)

select
    child.la_code,
    child.extract_date,
    child.person_id,
    period.*,
    child.birth_date,
    child.born_on,
    child.eighteenth_birthday,
    child.death_date
from period
inner join facts.child_in_care as child using (child_number)
