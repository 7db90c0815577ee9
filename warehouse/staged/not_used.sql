-- One row per row that is not used, with its state and, for a duplicate, the rule that makes it one.
-- Rows that break a quarantining rule are set aside first, so that no bad row takes the place of a good one. Of the rest,
-- the first of those that are the same throughout stays, then the last of those that share a key.
with
set_aside as (
    select distinct found.row_id
    from found inner join staged.rule using (rule)
    where rule.state = 'quarantined'
),

sound as (
    select keyed.*, content.content, content.content_again
    from keyed
    inner join content using (la_code, extract_date, row_number)
    anti join set_aside using (row_id)
),

-- Only what occurs more than once is worth putting in order.
repeated_content as (
    select la_code, extract_date, content, content_again
    from sound
    group by la_code, extract_date, content, content_again
    having count(*) > 1
),

repeated as (
    select row_id
    from sound semi join repeated_content using (la_code, extract_date, content, content_again)
    qualify row_number() over (partition by la_code, extract_date, content, content_again order by row_number) > 1
),

repeated_key as (
    select la_code, extract_date, key from sound where key is not null
    group by la_code, extract_date, key
    having count(*) > 1
),

superseded as (
    select sound.row_id
    from sound
    semi join repeated_key using (la_code, extract_date, key)
    anti join repeated using (row_id)
    qualify
        row_number() over (partition by sound.la_code, sound.extract_date, sound.key order by sound.row_number desc) > 1
)

select row_id, 'quarantined' as state, null as rule from set_aside
union all
select row_id, 'duplicate', 'duplicate' from repeated
union all
select row_id, 'duplicate', 'duplicate_key' from superseded
