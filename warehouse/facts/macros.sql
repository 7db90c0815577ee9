-- Seconds for which MASH was open from the start of the calendar until a moment.
create or replace macro open_seconds(moment, working_day_number, is_working_day) as (
    select
        (working_day_number - is_working_day::int) * (epoch(setting.mash_open_until) - epoch(setting.mash_open_from))
        + is_working_day::int
        * greatest(0, epoch(least(moment::time, setting.mash_open_until)) - epoch(setting.mash_open_from))
    from reference.setting
);

-- Whether someone born on a day has turned an age by another day; born on 29 February, on 1 March. Here and below the
-- parts of a date are not taken: each year(), month() or day() of a query costs half a millisecond, whatever its rows.
create or replace macro has_turned(age, born, on_day) as on_day - to_years(age) >= born;

-- Whether a record came to be at all: not cancelled, drafted, entered in error and the like.
create or replace macro is_real(status) as status is distinct from 'VOID';

-- Whether a row that was set aside stands for its record: the last of a child's rows of that id whose day can be read.
create or replace macro is_last_row_of(record, day) as
    record is null
    or row_number() over (
        partition by la_code, extract_date, person_id, record order by day is null, row_number desc
    ) = 1;

-- Whether what a real record tells of is done: not planned, postponed, adjourned or reopened.
create or replace macro is_done(status) as (status is null or status = 'OPEN' or status = 'DONE');

-- Whether a review or visit took place: it is real, and neither planned nor put off.
create or replace macro took_place(status) as
    (status is null or not list_contains(['VOID', 'NOT_HELD', 'PLANNED'], status));

-- The working day number that a clock counts from which starts on a day: that day is day 0, unless a setting moves it.
create or replace macro counted_from(working_day_number, is_working_day, nonworking_start) as
    working_day_number + (nonworking_start = 'roll_forward_is_day_0' and not is_working_day)::int;

-- Why an event with a standard in working days is not in time; NULL where the days say that it is.
create or replace macro why_not_in_time(clock_start, event_date, working_days, standard) as
    case
        when clock_start is null then 'No date to count from'
        when event_date is null then 'Not done, and past its due date'
        when event_date < clock_start then 'Done before the clock started'
        when working_days > standard
        then
            'Late by ' || (working_days - standard)
            || if(working_days - standard = 1, ' working day', ' working days')
    end;

-- The day on which someone born on a day turns an age; born on 29 February, on 1 March in a common year.
create or replace macro birthday(age, born) as
    (born + to_years(age))::date + (born + to_years(age) - to_years(age) <> born)::int;

-- The age in whole years of someone born on a day.
create or replace macro age_on(born, on_day) as
    date_diff('year', born, on_day) - (not has_turned(date_diff('year', born, on_day), born, on_day))::int;

-- The same day some months before; the end of a month is the end of the other month too.
create or replace macro months_before(on_day, months) as
    case
        when on_day = last_day(on_day) then last_day((on_day - to_months(months))::date)
        else (on_day - to_months(months))::date
    end;

-- Months counted on from the year 0: the next month is one more.
create or replace macro month_number(on_day) as (date_diff('month', date '0000-01-01', on_day) + 1)::int;

-- Whether a text in a worker's place stands for an inbox, a desk, a team or none.
create or replace macro is_nobody(text) as
    coalesce(
        regexp_matches(
            lower(trim(text)),
            '^(-1|0|#n/a|(duty|unallocated|inbox|team|no worker|not allocated)([ /:_-].*)?|.* (duty|inbox|desk|team)( \d+)?)$'
        ),
        false
    );
