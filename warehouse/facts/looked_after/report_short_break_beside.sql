-- One row per short break of a child that was looked after by another status on one of its days.
select
    short_break.la_code, short_break.extract_date, 'cla_episode' as table_name, short_break.row_number,
    short_break.record_id, short_break.person_id, 'legal_status' as column_name,
    short_break.legal_status as raw_value, 'short_break_beside' as rule, short_break.place
from staged.cla_episode as short_break
cross join reference.setting
where
    list_contains(setting.cla_exclude_ls, short_break.legal_status)
    and exists (
        from facts.care_episode
        where
            care_episode.la_code = short_break.la_code
            and care_episode.extract_date = short_break.extract_date
            and care_episode.person_id = short_break.person_id
            and care_episode.decom < coalesce(short_break.dec, date '9999-12-31')
            and coalesce(care_episode.dec, date '9999-12-31') > short_break.decom
    )
