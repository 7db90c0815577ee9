-- What a spreadsheet could not compute, or did not, was never there.
create or replace macro is_lost(spelling) as
    regexp_matches(spelling, '^[#=]')
    and (
        prefix(spelling, '=')
        or list_contains(
            ['#n/a', '#multivalue', '#ref!', '#value!', '#name?', '#div/0!', '#null!', '#num!'], lower(spelling)
        )
    );

-- An id: text in upper case without the decimal point that a spreadsheet adds to a number. Digits lost to scientific
-- notation cannot be had back.
create or replace macro read_id(spelling) as
    case
        when not regexp_matches(spelling, '^[#=]|\.0$|[eE]\+') then upper(spelling)
        when is_lost(spelling) or regexp_matches(spelling, '^\d(\.\d+)?[eE]\+\d+$') then null
        else upper(regexp_replace(spelling, '\.0$', ''))
    end;

create or replace macro read_integer(spelling) as
    try_cast(regexp_extract(spelling, '^(\d{1,9})(\.0+)?$', 1) as bigint);

create or replace macro read_number(spelling) as
    try_cast(regexp_extract(spelling, '^(\d{1,9}(\.\d+)?)$', 1) as double);

-- A worker, or nobody: entries that stand for a team's inbox or for none.
create or replace macro read_worker(spelling) as
    case
        when
            not is_lost(spelling)
            and not list_contains(['-1', 'duty', 'duty worker', 'unallocated'], lower(spelling))
        then spelling
    end;
