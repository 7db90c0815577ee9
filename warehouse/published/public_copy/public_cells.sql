-- One row per row of `written`, every cell as text that no spreadsheet takes for a formula: a text that begins like one
-- gets an apostrophe before it.
select
    case
        when regexp_matches(columns(*)::varchar, '^\s*[=+\-@\t\r\n]') and try_cast(columns(*)::varchar as double) is null
            then '''' || columns(*)::varchar
        else columns(*)::varchar
    end
from written
