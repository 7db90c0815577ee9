-- An id: text in upper case without the decimal point that a spreadsheet adds to a number.
create or replace macro read_id(spelling) as
    case
        when suffix(spelling, '.0') then upper(regexp_replace(spelling, '\.0$', ''))
        else upper(spelling)
    end;

-- Digits lost to scientific notation cannot be had back, and what a spreadsheet could not compute was never there.
create or replace macro is_lost(spelling) as
    prefix(spelling, '=')
    or prefix(spelling, '#')
    and list_contains(
        ['#n/a', '#multivalue', '#ref!', '#value!', '#name?', '#div/0!', '#null!', '#num!'], lower(spelling)
    );

create or replace macro is_scientific(spelling) as
    regexp_matches(spelling, '^\d(\.\d+)?[eE]\+\d+$');

create or replace macro read_integer(spelling) as
    try_cast(regexp_extract(spelling, '^(\d{1,9})(\.0+)?$', 1) as bigint);

-- The code that a spelling means, as the normaliser read it.
create or replace macro read_code(of_column, of_cell) as (
    select reading.code
    from staged.code_reading as reading
    where reading.column_name = of_column and reading.spelling = of_cell
);

-- A worker, or nobody: entries that stand for a team's inbox or for none.
create or replace macro read_worker(spelling) as
    case
        when not is_lost(spelling) and not list_contains(['-1', 'duty', 'duty worker', 'unallocated'], lower(spelling)) then spelling
    end;
