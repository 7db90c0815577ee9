-- One row per line below the header of a delimited file in UTF-8, every cell as text.
select row_number() over () + $header_row as row_number, *
from
    read_csv(
        $path,
        auto_detect = false,
        header = false,
        skip = $header_row,
        delim = $delimiter,
        quote = '"',
        escape = '"',
        columns = $columns,
        compression = $compression,
        hive_partitioning = false,
        max_line_size = 16777216
    )
