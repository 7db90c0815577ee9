"""Landed files into the raw layer: every cell as text, every row with the number that a person counts in the file.

A delimited file in UTF-8 is read by DuckDB; that reading is used only if it gave one row for every line. Anything else
(other encodings, blank lines, line breaks inside quotes, ragged rows) goes through Python's csv module, which is
slower and sees exactly what is there.
"""

import csv
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import duckdb
import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from schemas.tables import columns
from warehouse.raw.landing import Extract, file_sha256
from warehouse.raw.layout import Layout, delimited_layout, find_layout

_HEAD = 1 << 16
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_WHITE_SPACE = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
# Blank lines, which DuckDB passes over; spaces before a quote, which it takes away; and what is not text at all.
_NOT_PLAIN = (b"\x00", b"\n\n", b"\n\r\n", b' "')
# The beginnings, in UTF-8, of what UTF-8 turns into when it is read as the Windows code page and saved again.
_SPACED_QUOTE = re.compile(rb'(^|[,;\t\n]) +"|" +([,;\t\r\n]|$)')
_MOJIBAKE = tuple(mark.encode() for mark in ("â€", "Ã", "Â\u00a0", "ï¿½"))


class UnreadableFileError(Exception):
    """A file that cannot be read; the message is the reason, without the file's name."""


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
    connection: duckdb.DuckDBPyConnection, extract: Extract, table: str, path: Path, exactly: bool = False
) -> FileRead:
    """Append one landed file to `raw.<table>`, within the caller's transaction.

    `raw.<table>` holds la_code, extract_date, row_number and the contract's columns, all as text; an absent column is
    NULL. Rows without any content are not rows. Raises UnreadableFileError, with every reason, and QuickReadingError
    where the file must be read `exactly`; after either the caller rolls back.
    """
    reader = {".csv": _read_delimited, ".gz": _read_delimited, ".parquet": _read_parquet, ".xlsx": _read_workbook}
    try:
        sha256 = file_sha256(path)
        reading = reader[path.suffix.lower()](connection, table, path, exactly)
    except OSError as error:
        raise UnreadableFileError(f"it cannot be opened ({error.strerror or 'unreadable'})") from error
    try:
        read = _insert(connection, extract, table, reading.layout, reading.relation)
    except duckdb.Error as error:
        if reading.lines is not None:
            raise QuickReadingError from error
        raise UnreadableFileError(f"it cannot be read ({str(error).splitlines()[0][:120]})") from error
    if reading.lines is not None and read != reading.lines:
        raise QuickReadingError
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


def _checked(layout: Layout | list[str]) -> Layout:
    if isinstance(layout, list):
        raise UnreadableFileError("; ".join(layout))
    return layout


def _from_rows(
    connection: duckdb.DuckDBPyConnection, width: int, rows: Sequence[tuple[int, Sequence[str]]]
) -> duckdb.DuckDBPyRelation:
    """A relation of numbered rows of text, each as wide as `width`."""
    arrays = [pa.array([number for number, _ in rows], pa.int64())]
    arrays += [pa.array([cells[place] for _, cells in rows], pa.string()) for place in range(width)]
    names = ["row_number", *(_place(place) for place in range(width))]
    return connection.from_arrow(pa.table(dict(zip(names, arrays, strict=True))))


# --- delimited text -------------------------------------------------------------------------------------------------


def _read_delimited(connection: duckdb.DuckDBPyConnection, table: str, path: Path, exactly: bool) -> _Reading:
    content = path.read_bytes()
    is_gzip = content[:2] == b"\x1f\x8b"
    if is_gzip:
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error) as error:
            raise UnreadableFileError("it is not a complete gzip file; send it again") from error
    elif path.suffix.lower() == ".gz":
        raise UnreadableFileError("its name says gzip, its content is not; send it again")
    if not exactly and (quick := _quick(connection, table, path, content, is_gzip)) is not None:
        return quick
    text = _decoded(content)
    layout = _checked(delimited_layout(table, text[:_HEAD]))
    return _Reading(layout, _from_rows(connection, layout.width, list(_exact_rows(text, layout))))


def _breaks_lines(head: str, layout: Layout) -> bool:
    """Whether the rows down to the header take more lines than they are rows, so that lines do not number rows."""
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=layout.delimiter)
    for _ in range(layout.header_row):
        next(reader)
    return reader.line_num != layout.header_row or "\n" not in head


def _quick(
    connection: duckdb.DuckDBPyConnection, table: str, path: Path, content: bytes, is_gzip: bool
) -> _Reading | None:
    """DuckDB's reading of a file in plain UTF-8 whose lines are its rows, as far as can be seen without reading it."""
    body = content.rstrip(b"\r\n")
    if content[:2] in _UTF16 or any(mark in content for mark in (*_NOT_PLAIN, *_MOJIBAKE)):
        return None
    try:
        head = content[:_HEAD].decode("utf-8-sig", errors="strict" if len(content) <= _HEAD else "ignore")
    except UnicodeDecodeError:
        return None
    layout = delimited_layout(table, head)
    if isinstance(layout, list) or body[:1] in (b"\n", b"\r") or _breaks_lines(head, layout):
        return None
    if layout.delimiter != "\t" and b'\t"' in content:
        return None
    if content.count(b"\r") != content.count(b"\r\n"):
        return None  # a carriage return alone ends a line too: lines are not to be counted by their feeds
    if any(beside in content for beside in (b' "', b'" ')) and _SPACED_QUOTE.search(content):
        return None  # DuckDB takes the space away, so that what is quoted would depend on the reader
    try:
        relation = connection.sql(
            (Path(__file__).parent / "delimited.sql").read_text(),
            params={
                "path": str(path),
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


def _exact_rows(text: str, layout: Layout) -> Iterator[tuple[int, Sequence[str]]]:
    """Every row below the header with its number. Raises UnreadableFileError, naming rows, if their width varies."""
    csv.field_size_limit(1 << 30)
    ragged = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=layout.delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if number <= layout.header_row or not any(cell.strip() for cell in cells):
                continue
            filled = [cell for cell in cells if cell.strip()]
            extra = any(cell.strip() for cell in cells[layout.width :])
            if len(filled) > 1 and (extra or len(cells) < layout.width):
                ragged.append(number)
                continue
            yield number, [*cells[: layout.width], *[""] * (layout.width - len(cells))]
    except csv.Error as error:
        raise UnreadableFileError(f"row {number + 1} is malformed ({error}); the file may be cut off") from error
    if ragged:
        named = ", ".join(str(row) for row in ragged[:5]) + (" and more" if len(ragged) > 5 else "")
        raise UnreadableFileError(
            f"{len(ragged)} rows have more or fewer columns than the header ({layout.width}): rows {named}; quote text "
            "that holds delimiters or line breaks"
        )


# --- parquet --------------------------------------------------------------------------------------------------------


def _read_parquet(connection: duckdb.DuckDBPyConnection, table: str, path: Path, exactly: bool) -> _Reading:
    try:
        relation = connection.read_parquet(str(path))
        names = relation.columns
    except duckdb.Error as error:
        raise UnreadableFileError("it is not a complete parquet file; send it again") from error
    layout = _checked(find_layout(table, [names]))
    numbered = relation.select(
        duckdb.SQLExpression("row_number() over () + 1").alias("row_number"),
        *(duckdb.ColumnExpression(name).cast("VARCHAR").alias(_place(place)) for place, name in enumerate(names)),
    )
    return _Reading(layout, numbered)


# --- workbooks ------------------------------------------------------------------------------------------------------


def _read_workbook(connection: duckdb.DuckDBPyConnection, table: str, path: Path, exactly: bool) -> _Reading:
    if path.read_bytes()[:8] == bytes.fromhex("D0CF11E0A1B11AE1"):
        raise UnreadableFileError("it is encrypted, or an old .xls; save it as .xlsx without a password")
    try:
        workbook = CalamineWorkbook.from_path(path)
        names = [sheet.name for sheet in workbook.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
        reasons: list[str] = ["it has no visible sheet"]
        for name in sorted(names, key=lambda name: name.strip().casefold() != table):
            rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            layout = find_layout(table, [[_cell_text(value) for value in cells] for cells in rows[:10]])
            if isinstance(layout, Layout):
                return _Reading(layout, _from_rows(connection, layout.width, _sheet_rows(path, name, layout, rows)))
            reasons = layout
    except (CalamineError, zipfile.BadZipFile, KeyError, ElementTree.ParseError) as error:
        raise UnreadableFileError("it is not a complete .xlsx workbook; save it again") from error
    raise UnreadableFileError("; ".join(reasons))


def _sheet_rows(
    path: Path, sheet: str, layout: Layout, rows: Sequence[Sequence[Any]]
) -> Sequence[tuple[int, Sequence[str]]]:
    lost = _lost_cells(path, sheet)
    numbered = []
    for number, cells in enumerate(rows[layout.header_row :], start=layout.header_row + 1):
        texts = [_cell_text(value) for value in cells[: layout.width]]
        texts += [""] * (layout.width - len(texts))
        for place in range(layout.width) if lost else ():
            texts[place] = lost.get((number, place), texts[place])
        numbered.append((number, texts))
    return numbered


def _cell_text(value: Any) -> str:
    """A cell as text that the contract reads back: ISO dates, whole numbers without a decimal point."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ") if value.time() != time(0) else value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        # A time without a day is serial 0: what is left of a date that was never entered.
        return "1899-12-30"
    return str(value)


_CELL = re.compile(r'<c r="([A-Z]+)(\d+)"([^>]*)>(.*?)</c>', re.DOTALL)
_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def _lost_cells(path: Path, sheet: str) -> dict[tuple[int, int], str]:
    """Cells that read as empty but are not: error values, and formulas that were never calculated; by (row, place)."""
    with zipfile.ZipFile(path) as archive:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - expat expands no external entity
        links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
        targets = {link.get("Id"): link.get("Target", "") for link in links}
        related = next(
            (node.get(_RELATED) for node in book.iter() if node.tag.endswith("}sheet") and node.get("name") == sheet),
            None,
        )
        target = targets.get(related, "").lstrip("/")
        xml = archive.read(target if target.startswith("xl/") else f"xl/{target}")
    if b'"e"' not in xml and b"<f" not in xml:
        return {}
    lost = {}
    for letters, row, attributes, content in _CELL.findall(xml.decode("utf-8")):
        value = re.search(r"<v>(.+?)</v>", content)
        if 't="e"' in attributes or (value is None and "<f" in content):
            formula = re.search(r"<f[^>]*>(.*?)</f>", content)
            shown = value.group(1) if value else "=" + (formula.group(1) if formula else "")
            lost[(int(row), _column_number(letters) - 1)] = shown
    return lost


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
