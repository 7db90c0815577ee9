-- Lists are written as list_contains: a long IN becomes a join, which costs more than all the rest.

-- A cell's text without surrounding space of any kind.
create or replace macro trimmed(cell) as
    case
        when regexp_matches(cell, '^[\s\x{00a0}\x{200b}\x{feff}]|[\s\x{00a0}\x{200b}\x{feff}]$')
        then regexp_replace(cell, '^[\s\x{00a0}\x{200b}\x{feff}]+|[\s\x{00a0}\x{200b}\x{feff}]+$', '', 'g')
        else cell
    end;

-- Nothing, where a trimmed cell is one of the spellings of nothing. The lengths come first because they rule out nearly
-- every cell without changing its case.
create or replace macro without_nothing(spelling) as
    case
        when (strlen(spelling) <= 5 or list_contains([7, 12, 27], strlen(spelling)))
            and list_contains(
                [
                    '', '-', '--', '.', '..', '?', 'nan', 'nat', 'none', 'null', 'n/a', 'na', '<na>', 'pd.na', 'blank',
                    '<blank>', 'no data', 'not recorded', 'znotrecorded', 'data not captured in mosaic'
                ],
                lower(spelling)
            )
        then null
        else spelling
    end;
