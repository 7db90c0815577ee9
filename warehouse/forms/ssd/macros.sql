-- The day of a date as the database's text has it; infinity where it is that, null where it is none. Asked for by its digits:
-- a cast takes 20-08-31 as a day, and %Y in 31/08/20, of the year 20.
create macro day_of(said) as
    coalesce(
        try_cast(regexp_extract(said, '^\s*(\d{4}-\d{2}-\d{2}|-?infinity)(\D|$)', 1) as date),
        try_strptime(
            regexp_extract(said, '^\s*(\d{1,2}/\d{1,2}/(\d{4}|\d{2}))(\D|$)', 1), ['%d/%m/%y', '%d/%m/%Y']
        )::date
    );

-- What a text says; null where it is blank.
create macro said_of(said) as nullif(trim(said), '');

-- Whether a text says yes.
create macro is_yes(said) as upper(left(trim(said), 1)) in ('Y', '1', 'T');

-- Whether the text of flags has one of this name, whatever stands before its name; and whether that says yes.
create macro names_flag(said, name) as regexp_matches(said, '"([a-z]+_)*?' || name || '(_flag)?"\s*:', 'i');
create macro has_flag(said, name) as
    regexp_matches(said, '"([a-z]+_)*?' || name || '(_flag)?"\s*:\s*"?(y|yes|1|true)\b', 'i');
