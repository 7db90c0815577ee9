-- One row per episode of which the extract says another period of care than its episodes do: its id is that of an
-- earlier period, it is another than that of the episode before in the same period, or the period is said to begin
-- elsewhere.
with
episode as (
    select
        *,
        lag(period_id) over (partition by child_number, period_number order by episode_number) as id_before,
        min(period_number) over (partition by child_number, period_id) as first_period_of_id,
        row_number() over (partition by child_number, period_number order by episode_number) = 1 as is_first
    from facts.care_episode
)

select
    la_code, extract_date, 'cla_episode' as table_name, row_number, record_id, person_id, 'period_id' as column_name,
    period_id as raw_value, 'period_of_care_disagrees' as rule, place
from episode
where
    not is_set_aside
    and period_id is not null
    and (is_first and first_period_of_id < period_number or coalesce(id_before <> period_id, false))
union all
select
    la_code, extract_date, 'cla_episode', row_number, record_id, person_id, 'period_start_date',
    said_to_begin::varchar, 'period_of_care_disagrees', place
from episode
where not is_set_aside and is_first and coalesce(said_to_begin <> period_start_date, false)
