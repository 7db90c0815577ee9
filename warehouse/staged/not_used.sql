-- One row per row that is not used, with its state: quarantined if it breaks a quarantining rule, else duplicate.
-- Of the rows that share a key, the last of those that can be used stays.
with
set_aside as (
    select found.row_id, max(rule.state) as state  -- a row has either the one or the other
    from found inner join staged.rule using (rule)
    where rule.state <> 'used'
    group by found.row_id
),

superseded as (
    select keyed.row_id
    from keyed anti join set_aside using (row_id)
    where keyed.key is not null
    qualify
        row_number() over (partition by keyed.la_code, keyed.extract_date, keyed.key order by keyed.row_number desc) > 1
)

select row_id, state, false as is_superseded from set_aside
union all
select row_id, 'duplicate' as state, true as is_superseded from superseded
