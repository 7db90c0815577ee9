"""Landed files into the raw layer: every cell as text, every row with the number that a person counts in the file.

A delimited file in UTF-8 is read by DuckDB; that reading is used only if it gave one row for every line. Anything else
(other encodings, blank lines, line breaks inside quotes, ragged rows) goes through Python's csv module, which is
slower and sees exactly what is there.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from schemas.settings import Operation
from schemas.tables import columns
from warehouse.landing.bounds import (
    UnreadableFileError,
    allowance,
    check_size,
    gunzipped,
    too_long,
    unpacks_too_far,
)
from warehouse.landing.extracts import Extract, file_sha256
from warehouse.raw.layout import SEARCHED_ROWS, Layout, delimited_layout, find_layout, wanted
from warehouse.raw.workbook import read_rows
from warehouse.reference.geography import authorities, is_successor, spelling

_HEAD, _LONGEST_HEAD = 1 << 16, 1 << 23  # how much is searched for the header: at least, and at most
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_WHITE_SPACE = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
# Blank lines, which DuckDB passes over; spaces before a quote, which it takes away; and what is not text at all.
_NOT_PLAIN = (b"\x00", b"\n\n", b"\n\r\n", b' "')
# The beginnings, in UTF-8, of what UTF-8 turns into when it is read as the Windows code page and saved again.
_SPACED_QUOTE = re.compile(rb'(^|[,;\t\n]) +"|" +([,;\t\r\n]|$)')
_MOJIBAKE = tuple(mark.encode() for mark in ("â€", "Ã", "Â\u00a0", "ï¿½"))


@dataclass(frozen=True)
class FileRead:
    """What is registered of a file: see `extract_file` in docs/tables.md."""

    table_name: str
    file_name: str
    sha256: str
    rows_in: int
    columns_present: tuple[str, ...]
    columns_ignored: tuple[str, ...]


@dataclass(frozen=True)
class _Reading:
    """The rows of a file. A quick reading is to be trusted only if it gives `lines` rows."""

    layout: Layout
    relation: duckdb.DuckDBPyRelation
    lines: int | None = None


class QuickReadingError(Exception):
    """DuckDB's reading of a file gave an error, or not one row per line: the exact reader must take it."""


def read_file(
    connection: duckdb.DuckDBPyConnection,
    extract: Extract,
    table: str,
    path: Path,
    limits: Operation,
    exactly: bool = False,
) -> FileRead:
    """Append one landed file to `raw.<table>`, within the caller's transaction.

    `raw.<table>` holds la_code, extract_date, row_number and the contract's columns, all as text; an absent column is
    NULL. Rows without any content are not rows. Raises UnreadableFileError, with every reason, for a file that cannot
    be read or is beyond the `limits`, and QuickReadingError where the file must be read `exactly`; after either the
    caller rolls back.
    """
    reader = {".csv": _read_delimited, ".gz": _read_delimited, ".parquet": _read_parquet, ".xlsx": _read_workbook}
    try:
        check_size(path, limits)
        sha256 = file_sha256(path)
        reading = reader[path.suffix.lower()](connection, table, path, limits, exactly)
    except OSError as error:
        raise UnreadableFileError(
            f"it cannot be opened ({error.strerror or 'unreadable'}); let the pipeline read it, or send it again"
        ) from error
    try:
        read = _insert(connection, extract, table, reading.layout, reading.relation)
    except duckdb.Error as error:
        if reading.lines is not None:
            raise QuickReadingError from error
        if isinstance(error, duckdb.OutOfMemoryException) or "No space left" in str(error):
            raise  # no fault of the file
        # DuckDB's own words may quote a cell, or a path of this machine.
        raise UnreadableFileError("it is damaged and cannot be read to its end; send it again") from error
    if reading.lines is not None and read != reading.lines:
        raise QuickReadingError
    if other := _other_authority(reading, extract.la_code):
        raise UnreadableFileError(other)
    rows_in = read - _remove_blank(connection, extract, table)
    if rows_in == 0:
        raise UnreadableFileError("it has a header but no rows; send the table, or leave the file out")
    layout = reading.layout
    return FileRead(table, path.name, sha256, rows_in, tuple(layout.positions), layout.ignored)


def _insert(
    connection: duckdb.DuckDBPyConnection,
    extract: Extract,
    table: str,
    layout: Layout,
    relation: duckdb.DuckDBPyRelation,
) -> int:
    before = _row_count(connection, table)
    relation.select(
        duckdb.ConstantExpression(extract.la_code).alias("la_code"),
        duckdb.ConstantExpression(extract.extract_date).alias("extract_date"),
        duckdb.ColumnExpression("row_number"),
        _any_value(layout.width).alias("has_content"),
        *(_cell(layout, column.name) for column in columns(table)),
    ).insert_into(f"raw.{table}")
    return _row_count(connection, table) - before


def _other_authority(reading: _Reading, la_code: str) -> str | None:
    """Why the file is another authority's, if a column that names the authority names that other one throughout.

    Only a known authority counts, the same in every row that says anything and in nine rows of ten; so a column that
    now and then names a neighbour, or that means something else, refuses nothing. Predecessors are not others.
    """
    for place, header in reading.layout.authorities.items():
        named = duckdb.ColumnExpression(_place(place)).alias("named")
        filled = _any_value(reading.layout.width).alias("has_content")
        counts = dict(
            reading.relation.select(named, filled).filter("has_content").aggregate("named, count(*)").fetchall()
        )
        silent = sum(rows for cell, rows in counts.items() if cell is None or not cell.strip())
        found = [authorities().get(spelling(cell), set()) for cell in counts if cell is not None and cell.strip()]
        same = set.intersection(*found) if found else set()
        if same and la_code not in set.union(*found) and silent * 10 <= sum(counts.values()):
            others = {code for code in same if not is_successor(la_code, code)}
            if len(others) == len(same):
                return (
                    f"the column {header} names another authority throughout ({', '.join(sorted(others))}); send the "
                    f"extract of {la_code}, or land this one in the folder of that authority"
                )
    return None


def _remove_blank(connection: duckdb.DuckDBPyConnection, extract: Extract, table: str) -> int:
    deleted = connection.execute(
        f"delete from raw.{table} where not has_content and la_code = ? and extract_date = ?",  # noqa: S608 - of the contract
        [extract.la_code, extract.extract_date],
    ).fetchone()
    return int(deleted[0]) if deleted else 0


def _row_count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.table(f"raw.{table}").aggregate("count(*)").fetchone()
    return int(row[0]) if row else 0


def _place(position: int) -> str:
    return f"column_{position}"


def _cell(layout: Layout, name: str) -> duckdb.Expression:
    if name in layout.positions:
        return duckdb.ColumnExpression(_place(layout.positions[name])).alias(name)
    return duckdb.ConstantExpression(None).cast("VARCHAR").alias(name)


def _any_value(width: int) -> duckdb.Expression:
    """Whether any cell holds more than white space, of any kind that Python's strip() takes away."""
    empty, white = duckdb.ConstantExpression(""), duckdb.ConstantExpression(_WHITE_SPACE)
    trimmed = [
        duckdb.FunctionExpression(
            "nullif", duckdb.FunctionExpression("trim", duckdb.ColumnExpression(_place(place)), white), empty
        )
        for place in range(width)
    ]
    return duckdb.CoalesceOperator(*trimmed).isnotnull()


def sql(name: str) -> str:
    """The text of a query of this layer."""
    return (Path(__file__).parent / f"{name}.sql").read_text()


def _checked(layout: Layout | list[str]) -> Layout:
    if isinstance(layout, list):
        raise UnreadableFileError(*layout)
    return layout


def _literally(path: Path) -> str:
    """A path as DuckDB takes it: what would be a pattern is the name of one file."""
    name = str(path)
    return re.sub(r"[*?\[]", r"[\g<0>]", name.replace("\\", "\\\\")) if re.search(r"[*?\[]", name) else name


def _from_rows(
    connection: duckdb.DuckDBPyConnection, width: int, rows: Sequence[tuple[int, Sequence[str]]]
) -> duckdb.DuckDBPyRelation:
    """A relation of numbered rows of text, each as wide as `width`."""
    arrays = [pa.array([number for number, _ in rows], pa.int64())]
    arrays += [pa.array([cells[place] for _, cells in rows], pa.string()) for place in range(width)]
    names = ["row_number", *(_place(place) for place in range(width))]
    return connection.from_arrow(pa.table(dict(zip(names, arrays, strict=True))))


# --- delimited text -------------------------------------------------------------------------------------------------


def _read_delimited(
    connection: duckdb.DuckDBPyConnection, table: str, path: Path, limits: Operation, exactly: bool
) -> _Reading:
    content = path.read_bytes()
    is_gzip = content[:2] == b"\x1f\x8b"
    if is_gzip:
        content = gunzipped(content, limits)
    elif path.suffix.lower() == ".gz":
        raise UnreadableFileError("its name says gzip, its content is not; send it again")
    csv.field_size_limit(1 << 30)  # for the whole process; the limit itself is looked after where the rows are
    if not exactly and (quick := _quick(connection, table, path, content, is_gzip, limits)) is not None:
        return quick
    text = _decoded(content)
    head = text[: _head_end(text.find)]
    layout = _checked(delimited_layout(wanted(table), head, limits.column_limit))
    return _Reading(layout, _from_rows(connection, layout.width, list(_exact_rows(text, layout, limits))))


def _head_end(find: Callable[..., int], line_end: str | bytes = "\n") -> int:
    """Where the part of a file ends that its header is looked for in: after ten lines, or as far as is looked."""
    end = 0
    for _ in range(SEARCHED_ROWS):
        found = find(line_end, end, _LONGEST_HEAD)
        if found < 0:
            return _LONGEST_HEAD
        end = found + 1
    return max(end, _HEAD)


def _may_have_long_cell(content: bytes, limits: Operation) -> bool:
    """Whether any stretch of half the longest cell has no line end: a longer cell would have one such stretch."""
    step = limits.cell_length_limit // 2
    return any(content.find(b"\n", start, start + step) < 0 for start in range(0, len(content) - step, step))


def _breaks_lines(head: str, layout: Layout) -> bool:
    """Whether the rows down to the header take more lines than they are rows, so that lines do not number rows."""
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=layout.delimiter)
    for _ in range(layout.header_row):
        next(reader)
    return reader.line_num != layout.header_row or "\n" not in head


def _quick(
    connection: duckdb.DuckDBPyConnection, table: str, path: Path, content: bytes, is_gzip: bool, limits: Operation
) -> _Reading | None:
    """DuckDB's reading of a file in plain UTF-8 whose lines are its rows, as far as can be seen without reading it."""
    body = content.rstrip(b"\r\n")
    if content[:2] in _UTF16 or any(mark in content for mark in (*_NOT_PLAIN, *_MOJIBAKE)):
        return None
    end = _head_end(content.find, b"\n")
    try:
        head = content[:end].decode("utf-8-sig", errors="strict" if len(content) <= end else "ignore")
    except UnicodeDecodeError:
        return None
    layout = delimited_layout(wanted(table), head, limits.column_limit)
    if isinstance(layout, list) or _may_have_long_cell(content, limits):
        return None
    if body[:1] in (b"\n", b"\r") or _breaks_lines(head, layout):
        return None
    if layout.delimiter != "\t" and b'\t"' in content:
        return None
    if content.count(b"\r") != content.count(b"\r\n"):
        return None  # a carriage return alone ends a line too: lines are not to be counted by their feeds
    if any(beside in content for beside in (b' "', b'" ')) and _SPACED_QUOTE.search(content):
        return None  # DuckDB takes the space away, so that what is quoted would depend on the reader
    try:
        relation = connection.sql(
            sql("delimited"),
            params={
                "path": _literally(path),
                "delimiter": layout.delimiter,
                "header_row": layout.header_row,
                "columns": {_place(place): "VARCHAR" for place in range(layout.width)},
                "compression": "gzip" if is_gzip else "none",
            },
        )
    except duckdb.Error as error:
        raise QuickReadingError from error
    return _Reading(layout, relation, body.count(b"\n") + 1 - layout.header_row)


def _decoded(content: bytes) -> str:
    """The text of a file: a mark decides, then UTF-8, then the Windows code page; garbled text is mended."""
    if not content.strip():
        raise UnreadableFileError("it is empty; send it again")
    if content[:2] in _UTF16:
        try:
            text = content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise UnreadableFileError("it is cut off or damaged (UTF-16); send it again") from error
    elif b"\x00" in content:
        raise UnreadableFileError("it holds zero bytes, so it is not text; export it again as CSV in UTF-8")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise UnreadableFileError("it is not text in UTF-8, UTF-16 or Windows-1252; export it again as CSV in UTF-8")
    return _repaired(text) if any(mark.decode() in text for mark in _MOJIBAKE) else text


def _repaired(text: str) -> str:
    """Undo text that was UTF-8, read as the Windows code page, and saved; at most twice, line by line."""
    for _ in range(2):
        text = "".join(_repaired_line(line) for line in text.splitlines(keepends=True))
    return text


def _repaired_line(line: str) -> str:
    try:
        return line.encode("cp1252").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return line


def _exact_rows(text: str, layout: Layout, limits: Operation) -> Iterator[tuple[int, Sequence[str]]]:
    """Every row below the header with its number. Raises UnreadableFileError, naming rows, if their width varies."""
    ragged = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=layout.delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if number <= layout.header_row or not any(cell.strip() for cell in cells):
                continue
            if max(map(len, cells)) > limits.cell_length_limit:
                raise too_long(f"a cell of row {number}", limits)
            filled = [cell for cell in cells if cell.strip()]
            extra = any(cell.strip() for cell in cells[layout.width :])
            if len(filled) > 1 and (extra or len(cells) < layout.width):
                ragged.append(number)
                continue
            yield number, [*cells[: layout.width], *[""] * (layout.width - len(cells))]
    except csv.Error as error:
        raise UnreadableFileError(
            f"row {number + 1} is malformed ({error}); the file may be cut off: close the quotes, or send it again"
        ) from error
    if ragged:
        named = ", ".join(str(row) for row in ragged[:5]) + (" and more" if len(ragged) > 5 else "")
        have, rows = ("1 row has", "row") if len(ragged) == 1 else (f"{len(ragged):,} rows have", "rows")
        raise UnreadableFileError(
            f"{have} more or fewer columns than the header ({layout.width}): {rows} {named}; quote text that holds "
            "delimiters or line breaks, or send the file again if it is cut off"
        )


# --- parquet --------------------------------------------------------------------------------------------------------


def _read_parquet(
    connection: duckdb.DuckDBPyConnection, table: str, path: Path, limits: Operation, exactly: bool
) -> _Reading:
    file = {"path": _literally(path)}
    try:
        schema = connection.sql("select name, num_children from parquet_schema($path)", params=file).fetchall()
        headers = _top_level(schema)
        rows, size = connection.sql(sql("parquet_size"), params=file).fetchall()[0]
        allowed = allowance(path.stat().st_size, limits)
        if size > allowed or rows * len(headers) > allowed:
            raise unpacks_too_far(path.stat().st_size, limits)
        layout = _checked(find_layout(wanted(table), [[name for name, _ in headers]], limits.column_limit))
        nested = [place for place, (_, is_nested) in enumerate(headers) if is_nested]
        if used := [name for name, place in layout.positions.items() if place in nested]:
            raise UnreadableFileError(f"the column {used[0]} holds lists or structures; export plain values")
        # By place: a name from outside never is a name in a query.
        names = ", ".join(_place(place) for place in range(len(headers)))
        relation = connection.sql(
            f"from read_parquet($path, hive_partitioning = false) as file ({names})",
            params=file,
        )
        cells = relation.select(
            *(
                duckdb.ConstantExpression("").alias(_place(place))
                if place in nested
                else duckdb.ColumnExpression(_place(place)).cast("VARCHAR").alias(_place(place))
                for place in range(len(headers))
            )
        )
        _check_lengths(cells, layout, path, limits)
    except (duckdb.Error, UnicodeDecodeError) as error:
        raise UnreadableFileError("it is not a complete parquet file; send it again") from error
    numbered = duckdb.SQLExpression("row_number() over () + 1").alias("row_number")
    return _Reading(layout, cells.select(numbered, duckdb.StarExpression()))


def _top_level(schema: Sequence[tuple[str, int | None]]) -> list[tuple[str, bool]]:
    """The columns of a parquet schema, which lists a tree from its root on: each with whether it is nested."""
    columns_found: list[tuple[str, bool]] = []
    place = 1
    while place < len(schema):
        columns_found.append((schema[place][0], bool(schema[place][1])))
        within = 1
        while within and place < len(schema):
            within += (schema[place][1] or 0) - 1
            place += 1
    return columns_found


def _check_lengths(cells: duckdb.DuckDBPyRelation, layout: Layout, path: Path, limits: Operation) -> None:
    """Raise UnreadableFileError where a few stored values stand for more text than the file may unpack to."""
    lengths = [duckdb.FunctionExpression("strlen", duckdb.ColumnExpression(name)) for name in cells.columns]
    totals = [duckdb.FunctionExpression("sum", length).cast("BIGINT") for length in lengths]
    longest = [duckdb.FunctionExpression("max", length) for length in lengths]
    found = cells.aggregate([*totals, *longest]).fetchone() or ()
    if sum(total or 0 for total in found[: len(totals)]) > allowance(path.stat().st_size, limits):
        raise unpacks_too_far(path.stat().st_size, limits)
    for name, most in zip(cells.columns, found[len(totals) :], strict=True):
        if (most or 0) > limits.cell_length_limit:
            characters = duckdb.FunctionExpression("length", duckdb.ColumnExpression(name))
            exactly = cells.aggregate([duckdb.FunctionExpression("max", characters)]).fetchone() or (0,)
            if exactly[0] > limits.cell_length_limit:
                raise too_long(f"a cell of column {cells.columns.index(name) + 1}", limits)


# --- workbooks ------------------------------------------------------------------------------------------------------


def _read_workbook(
    connection: duckdb.DuckDBPyConnection, table: str, path: Path, limits: Operation, exactly: bool
) -> _Reading:
    layout, rows = read_rows(path, table, limits)
    return _Reading(layout, _from_rows(connection, layout.width, rows))
