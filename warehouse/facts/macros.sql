-- Seconds for which MASH was open from the start of the calendar until a moment.
create or replace macro open_seconds(moment, working_day_number, is_working_day) as (
    select
        (working_day_number - is_working_day::int) * (epoch(setting.mash_open_until) - epoch(setting.mash_open_from))
        + is_working_day::int
        * greatest(0, epoch(least(moment::time, setting.mash_open_until)) - epoch(setting.mash_open_from))
    from reference.setting
);

-- Whether someone born on a day has turned an age by another day; born on 29 February, on 1 March.
create or replace macro has_turned(age, born, on_day) as
    (year(on_day) * 10000 + month(on_day) * 100 + day(on_day))
    - (year(born) * 10000 + month(born) * 100 + day(born)) >= age * 10000;
