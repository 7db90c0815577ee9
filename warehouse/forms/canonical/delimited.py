"""Delimited text, plain or in gzip.

A plain file, whose lines are its rows, is read by Arrow; that reading is used only if it gave one row for every line.
Anything else (other encodings, blank lines, line breaks inside quotes, ragged rows) goes through Python's csv module,
which is slower and sees exactly what is there.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from schemas.settings import Operation
from warehouse.forms.canonical.layout import SEARCHED_ROWS, Layout, Wanted, delimited_layout
from warehouse.forms.canonical.rows import Rows
from warehouse.landing.bounds import UnreadableFileError, gunzipped, too_long

_HEAD, _LONGEST_HEAD = 1 << 16, 1 << 23  # how much is searched for the header: at least, and at most
_LARGE = 1 << 25  # bytes from which one file is worth several threads
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# Lines without a delimiter are no rows but are counted.
_BLANK_LINES = (b"\n\n", b"\n\r\n")
# The beginnings, in UTF-8, of what UTF-8 turns into when it is read as the Windows code page and saved again.
_MOJIBAKE = tuple(mark.encode() for mark in ("â€", "Ã", "Â\u00a0", "ï¿½"))
_WHITE_SPACE = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
# A line of nothing but delimiters, quotes and white space of any kind.
_BLANK_ROW = re.compile(
    rb'\n(?:[ \t\x0b\x0c\x1c-\x1f,;"]'
    rb"|\xc2[\x85\xa0]|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xa8\xa9\xaf]|\xe2\x81\x9f|\xe3\x80\x80)*"
    rb"\r?(?:\n|$)"
)
_SPACED_QUOTE = re.compile(r'[,;\t|] +"')


def read(content: bytes, wanted: Wanted, named_gzip: bool, limits: Operation) -> Rows:
    """The rows of a delimited file. Raises UnreadableFileError, with every reason."""
    if content[:2] == b"\x1f\x8b":
        content = gunzipped(content, limits)
    elif named_gzip:
        raise UnreadableFileError("its name says gzip, its content is not; send it again")
    return plain_rows(content, wanted, limits) or _exact(content, wanted, limits)


def plain_rows(content: bytes, wanted: Wanted, limits: Operation) -> Rows | None:
    """Arrow's reading of a file in plain UTF-8 whose lines are its rows; None where the exact reader must take it."""
    if content[:2] in _UTF16 or b"\x00" in content:
        return None
    if not content.isascii() and any(mark in content for mark in _MOJIBAKE):
        return None
    body = content.removeprefix(_UTF8_MARK).rstrip(b"\r\n")
    end = head_end(body.find, b"\n")
    try:
        head = body[:end].decode("utf-8", errors="strict" if len(body) <= end else "ignore")
    except UnicodeDecodeError:
        return None
    layout = delimited_layout(wanted, head, limits.column_limit)
    if isinstance(layout, list) or body[:1] in (b"\n", b"\r") or _breaks_lines(head, layout):
        return None
    if b"\r" in body and body.count(b"\r") != body.count(b"\r\n"):
        return None  # a carriage return alone ends a line too: lines are not to be counted by their feeds
    if _may_have_long_cell(body, limits) or not _quotes_cells_only(body, layout.delimiter.encode()):
        return None
    lines = body.count(b"\n") + 1 - layout.header_row
    places = [f"{place}" for place in range(layout.width)]
    # What tells a blank row from another may stand in any column.
    has_blank = _BLANK_ROW.search(body) is not None
    if has_blank and any(line in body for line in _BLANK_LINES):
        return None
    included = places if has_blank else [f"{place}" for place in layout.needed]
    try:
        cells = arrow_csv.read_csv(
            pa.BufferReader(body),
            arrow_csv.ReadOptions(
                use_threads=len(body) > _LARGE,
                block_size=min(max(len(body), 1 << 16), _LARGE),
                skip_rows=layout.header_row,
                column_names=places,
            ),
            arrow_csv.ParseOptions(delimiter=layout.delimiter, ignore_empty_lines=False),
            arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(included, pa.string()), strings_can_be_null=False, include_columns=included
            ),
        )
    except pa.ArrowInvalid:
        return None
    if cells.num_rows != lines:
        return None
    first = layout.header_row + 1
    numbers = pa.array(np.arange(first, first + lines, dtype=np.int64))
    if has_blank:
        filled = _has_content(cells)
        cells, numbers = cells.filter(filled), numbers.filter(filled)
    return Rows(layout, {place: cells.column(f"{place}") for place in layout.needed}, numbers)


def _has_content(cells: pa.Table) -> pa.Array:
    """Whether any cell of a row holds more than white space, of any kind that Python's strip() takes away."""
    filled = np.zeros(cells.num_rows, dtype=bool)
    for column in cells.columns:
        filled |= pc.not_equal(pc.utf8_trim(column, _WHITE_SPACE), "").to_numpy(zero_copy_only=False)
    return pa.array(filled)


def _quotes_cells_only(body: bytes, delimiter: bytes) -> bool:
    """Whether quotes stand only around whole cells, or doubled inside such: then every reader agrees on the cells."""
    if b'"' not in body:
        return True
    octets = np.frombuffer(body, dtype=np.uint8)
    places = np.flatnonzero(octets == ord('"'))
    if len(places) % 2:
        return False
    bounds = (ord(delimiter), ord("\n"), ord("\r"))
    opening, closing = places[0::2], places[1::2]
    before = octets[np.maximum(opening - 1, 0)]
    after = octets[np.minimum(closing + 1, len(octets) - 1)]
    doubled = closing[:-1] + 1 == opening[1:]
    opens = np.isin(before, bounds) | (opening == 0)
    closes = np.isin(after, bounds) | (closing == len(octets) - 1)
    opens[1:] |= doubled
    closes[:-1] |= doubled
    return bool(opens.all() and closes.all())


def head_end(find: Callable[..., int], line_end: str | bytes = "\n") -> int:
    """Where the part of a file ends that its header is looked for in: after ten lines, or as far as is looked."""
    end = 0
    for _ in range(SEARCHED_ROWS):
        found = find(line_end, end, _LONGEST_HEAD)
        if found < 0:
            return _LONGEST_HEAD
        end = found + 1
    return max(end, _HEAD)


def _may_have_long_cell(body: bytes, limits: Operation) -> bool:
    """Whether any stretch of half the longest cell has no line end: a longer cell would have one such stretch."""
    step = limits.cell_length_limit // 2
    return any(body.find(b"\n", start, start + step) < 0 for start in range(0, len(body) - step, step))


def _breaks_lines(head: str, layout: Layout) -> bool:
    """Whether the rows down to the header take more lines than they are rows, so that lines do not number rows."""
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=layout.delimiter)
    for _ in range(layout.header_row):
        next(reader)
    return reader.line_num != layout.header_row or "\n" not in head


# --- the exact reader -----------------------------------------------------------------------------------------------


def _exact(content: bytes, wanted: Wanted, limits: Operation) -> Rows:
    csv.field_size_limit(1 << 30)  # for the whole process; the limit itself is looked after where the rows are
    text = decoded(content)
    head = text[: head_end(text.find)]
    layout = delimited_layout(wanted, head, limits.column_limit)
    if isinstance(layout, list):
        raise UnreadableFileError(*layout)
    return Rows.of_lists(layout, list(_exact_rows(text, layout, limits)))


def decoded(content: bytes) -> str:
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
    # Some exports put a space between delimiter and quote: it is no part of the cell, nor are the quotes.
    is_spaced = _SPACED_QUOTE.search(text.split("\n", layout.header_row)[layout.header_row - 1]) is not None
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=layout.delimiter, strict=True, skipinitialspace=is_spaced
    )
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
