-- The day of a date as the database's text has it; infinity where it is that, null where it is none.
create macro day_of(said) as
    coalesce(try_cast(left(said, 10) as date), try_strptime(left(said, 10), '%d/%m/%Y')::date);

-- What a text says; null where it is blank.
create macro said_of(said) as nullif(trim(said), '');

-- Whether a text says yes.
create macro is_yes(said) as upper(left(trim(said), 1)) in ('Y', '1', 'T');

-- Whether the text of flags has one of this name, whatever stands before its name; and whether that says yes.
create macro names_flag(said, name) as regexp_matches(said, '"([a-z]+_)*?' || name || '(_flag)?"\s*:', 'i');
create macro has_flag(said, name) as
    regexp_matches(said, '"([a-z]+_)*?' || name || '(_flag)?"\s*:\s*"?(y|yes|1|true)\b', 'i');
