-- A day, day before month, in one of the accepted spellings; NULL where the text is none of them or no such day exists.
-- Each spelling is told by its shape first, so that a value is never tried in a format it does not have.
create or replace macro read_day(spelling) as
    case
        when regexp_matches(spelling, '^\d{1,2}/\d{1,2}/\d{4}$') then try_strptime(spelling, '%d/%m/%Y')
        when regexp_matches(spelling, '^\d{4}-\d{1,2}-\d{1,2}$') then try_strptime(spelling, '%Y-%m-%d')
        when regexp_matches(spelling, '^\d{1,2}-[A-Za-z]{3}-\d{4}$') then try_strptime(spelling, '%d-%b-%Y')
        when regexp_matches(spelling, '^\d{4}/\d{1,2}/\d{1,2}$') then try_strptime(spelling, '%Y/%m/%d')
        when regexp_matches(spelling, '^\d{1,2}/\d{1,2}/\d{2}$')
        then with_century(try_strptime(spelling, '%d/%m/%y'))
        when regexp_matches(spelling, '^\d{1,2}-[A-Za-z]{3}-\d{2}$')
        then with_century(try_strptime(spelling, '%d-%b-%y'))
    end;

-- A two-digit year means 1931 to 2030.
create or replace macro with_century(moment) as
    case when year(moment) > 2030 then moment - interval 100 year else moment end;

-- A moment in local (Europe/London) time: a day, a day with a time, an ISO moment with an offset, or a spreadsheet's
-- serial day from 20000 to 60000. The four spellings that nearly every file uses come first.
create or replace macro read_moment(spelling) as
    case
        when spelling is null then null
        when regexp_matches(spelling, '^\d{1,2}/\d{1,2}/\d{4}$') then try_strptime(spelling, '%d/%m/%Y')
        when regexp_matches(spelling, '^\d{4}-\d{2}-\d{2}$') then try_strptime(spelling, '%Y-%m-%d')
        when regexp_matches(spelling, '^\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d{2}$')
        then try_strptime(spelling, '%d/%m/%Y %H:%M')
        when regexp_matches(spelling, '^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$')
        then try_strptime(spelling, '%Y-%m-%d %H:%M:%S')
        when regexp_matches(spelling, '^[0-9A-Za-z/-]{6,11}$') and not regexp_matches(spelling, '^\d+$')
        then read_day(spelling)
        when regexp_matches(spelling, '^[0-9A-Za-z/-]{6,11}[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$')
        then
            read_day(regexp_extract(spelling, '^([0-9A-Za-z/-]{6,11})[ T]\d{1,2}:', 1))::date
            + try_cast(regexp_extract(spelling, '[ T](\d{1,2}:[\d:.]+)$', 1) as time)
        when regexp_matches(spelling, '^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)$')
        then try_cast(spelling as timestamptz) at time zone 'Europe/London'
        when regexp_matches(spelling, '^\d{5}(\.\d+)?$') and try_cast(spelling as double) between 20000 and 60000
        then timestamp '1899-12-30' + to_seconds(round(try_cast(spelling as double) * 86400))
    end;

-- Years that no case record has are misread years, but for those that stand for "no date".
create or replace macro is_plausible(moment) as
    year(moment) between 1900 and 2199 or year(moment) in (1753, 1899, 9999);

-- Days that stand for "no date": what systems put where a date is missing or an end is open.
create or replace macro is_sentinel(moment) as
    list_contains(
        [date '1753-01-01', date '1899-12-30', date '1899-12-31', date '1900-01-01', date '9999-12-31'], moment::date
    );

create or replace macro has_short_year(spelling) as
    regexp_matches(spelling, '^\d{1,2}(/\d{1,2}/|-[A-Za-z]{3}-)\d{2}([ T].*)?$');
