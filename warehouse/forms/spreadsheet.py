"""Spreadsheet files: an .xlsx file is a zip of XML parts, each looked through before a cell of it is taken.

What the reader of workbooks is given is not the file but its parts as they were unpacked here, so that nothing depends
on what the file says of itself: not on the sizes in its directory, nor on the dimensions of its sheets.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import chain, repeat
from pathlib import Path
from typing import Any
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from schemas.settings import Operation
from warehouse.forms.cells import folded
from warehouse.forms.open_document import document_sheets
from warehouse.landing.bounds import UnreadableFileError, allowance, too_long, unpacks_too_far

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
SPREADSHEET_MARKS = (b"PK", _OLE)  # with which a file begins that is a workbook, or may be
_MOST_PARTS = 10_000
_CHUNK = 1 << 20
_CELL_BYTES = 32  # what the reader of workbooks takes for one cell of the rectangle that a sheet's cells span
_DAYS_TO_1904 = 1462
_EXACT = 1 << 53  # from here on a number in a cell has lost digits
# Serial 0 and below 2: no day but a time, or the 0 of a formula that was never calculated.
_NO_DAY = date(1899, 12, 31)
_DOCUMENT = "content.xml"  # the part of an OpenDocument spreadsheet that holds its sheets
_DOCUMENT_KIND = "application/vnd.oasis.opendocument.spreadsheet"
_MANIFEST = f"""<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/" manifest:media-type="{_DOCUMENT_KIND}"/></manifest:manifest>"""
# Where the workbook is, as every spreadsheet program writes it: the parts surveyed here are the parts that are read.
_RELATIONS = """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship
 Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
 Target="xl/workbook.xml"/></Relationships>"""


@dataclass(frozen=True)
class Sheet:
    """One visible sheet: its cells as the spreadsheet holds them, and by row number and place what some say instead.

    `lost` has the text of cells that read as another thing than they say: error values and formulas that were never
    calculated, which read as empty or as 0, and dates in which a zone stands, which a cell of a workbook has none of.
    """

    name: str
    cells: Sequence[Sequence[Any]]
    lost: Mapping[tuple[int, int], str]
    counts_from_1904: bool

    def head(self, rows: int) -> list[list[str]]:
        """The first rows as text."""
        return [[_cell_text(value) for value in cells] for cells in self.cells[:rows]]

    def rows(
        self, header_row: int, width: int, days: Collection[int], limits: Operation
    ) -> Iterator[tuple[int, list[str]]]:
        """The rows below the header as text, each `width` wide, with the number that a person counts.

        A plain number in one of the columns `days` is a serial of the workbook's own epoch. Raises UnreadableFileError
        for a cell that is too long.
        """
        # The reader leaves out rows at the end that hold nothing but formulas which were never calculated.
        last = max((row for row, _ in self.lost), default=0)
        below = chain(self.cells[header_row:], repeat((), max(last - max(len(self.cells), header_row), 0)))
        for number, cells in enumerate(below, start=header_row + 1):
            texts = [_cell_text(value) for value in cells[:width]]
            texts += [""] * (width - len(texts))
            for place in days if self.counts_from_1904 and cells else ():
                if isinstance(value := cells[place], (int, float)) and not isinstance(value, bool):
                    texts[place] = _cell_text(value + _DAYS_TO_1904)
            for place in range(width) if self.lost else ():
                texts[place] = self.lost.get((number, place), texts[place])
            if max(map(len, texts), default=0) > limits.cell_length_limit:
                raise too_long(f"a cell of row {number}", limits)
            yield number, texts


def visible_sheets(file: Path | bytes, limits: Operation, first: Collection[str] = ()) -> Iterator[Sheet]:
    """The visible sheets of a workbook, one at a time, those of the folded names `first` before the others.

    Raises UnreadableFileError for what is no whole workbook, or one that takes more than it may.
    """
    content = file if isinstance(file, bytes) else file.read_bytes()
    kind = ".xlsx workbook"
    try:
        with zipfile.ZipFile(package := _repacked(content, limits)) as parts:
            if _DOCUMENT in parts.namelist() and "xl/workbook.xml" not in map(str.lower, parts.namelist()):
                kind = ".ods document"
                yield from _sheets_of_document(parts.read(_DOCUMENT), len(content), limits, first)
                return
            book = _Book(parts)
            package.seek(0)
            workbook = CalamineWorkbook.from_filelike(package)
            names = [sheet.name for sheet in workbook.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
            seen: set[str] = set()
            for name in sorted(names, key=lambda name: folded(name) not in first):
                part = book.part_of_sheet(name)
                if part in seen:
                    continue  # many names for one sheet
                seen.add(part)
                survey = _survey(parts.read(part), book, len(content), limits)
                cells = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
                yield Sheet(name, cells, survey.lost, book.counts_from_1904)
    except (CalamineError, zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, expat.ExpatError) as error:
        raise UnreadableFileError(f"it is not a complete {kind}; save it again") from error


def _sheets_of_document(xml: bytes, size: int, limits: Operation, first: Collection[str]) -> Iterator[Sheet]:
    """The visible sheets of an OpenDocument spreadsheet, as far as they are read to their full width."""
    surveyed = document_sheets(xml, _parse)
    if any(one.rows * one.width * _CELL_BYTES > allowance(size, limits) for one in surveyed):
        raise unpacks_too_far(size, limits)
    with zipfile.ZipFile(package := io.BytesIO(), "w", zipfile.ZIP_STORED) as parts:
        parts.writestr("mimetype", _DOCUMENT_KIND)
        parts.writestr("META-INF/manifest.xml", _MANIFEST)
        parts.writestr(_DOCUMENT, xml)
    package.seek(0)
    workbook = CalamineWorkbook.from_filelike(package)
    visible = {sheet.name for sheet in workbook.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible}
    for one in sorted(surveyed, key=lambda one: folded(one.name) not in first):
        if one.name not in visible:
            continue
        cells = workbook.get_sheet_by_name(one.name).to_python(skip_empty_area=False)
        if max(map(len, cells), default=0) != one.width or len(cells) != one.rows:
            raise UnreadableFileError("its sheets cannot be read to their full width; save it as .xlsx")
        yield Sheet(one.name, cells, one.lost, False)


# --- the package ----------------------------------------------------------------------------------------------------


def _repacked(content: bytes, limits: Operation) -> io.BytesIO:
    """The XML parts of the workbook in a new zip, unpacked piece by piece and no further than they may."""
    if content.startswith(_OLE):
        raise UnreadableFileError("it is encrypted, or an old .xls; save it as .xlsx without a password")
    if content.count(b"PK\x01\x02") > _MOST_PARTS:
        raise UnreadableFileError(f"it has more than {_MOST_PARTS:,} parts, so it is no workbook; save it again")
    _check_kind(content)
    left = allowance(len(content), limits)
    repacked = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as landed, zipfile.ZipFile(repacked, "w", zipfile.ZIP_STORED) as parts:
        parts.writestr("_rels/.rels", _RELATIONS)
        for name, info in {info.filename.lower(): info for info in landed.infolist()}.items():
            if not name.endswith((".xml", ".rels")) or name == "_rels/.rels":
                continue  # pictures, macros
            if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise UnreadableFileError("it is encrypted, or packed in an unusual way; save it again as .xlsx")
            pieces = []
            try:
                with landed.open(info) as stream:
                    while piece := stream.read(_CHUNK):
                        left -= len(piece)
                        if left < 0:
                            raise unpacks_too_far(len(content), limits)
                        pieces.append(piece)
            except (zlib.error, EOFError) as error:
                raise zipfile.BadZipFile from error
            parts.writestr(info.filename, b"".join(pieces))
    return repacked


def _check_kind(content: bytes) -> None:
    """Raise UnreadableFileError for a workbook of another kind, which would be read in part without a word."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        names = {name.lower() for name in parts.namelist()}
    if "xl/workbook.bin" in names:
        raise UnreadableFileError("it is an .xlsb workbook; save it as .xlsx")


def _parse(xml: bytes, start: Callable[[str, dict[str, str]], None], **handlers: Callable[..., None]) -> None:
    """Parse a part; `start` gets each element's name without its namespace. A part may declare no entities."""

    def refuse(*_: object) -> None:
        raise UnreadableFileError("its XML declares entities, which no workbook needs; save it again as .xlsx")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, attributes: start(name.rpartition(" ")[2], attributes)
    for name, handler in handlers.items():
        setattr(parser, name, handler)
    parser.Parse(xml, True)


class _Book:
    """What the workbook says of its sheets: where each is, what its shared texts are, and when its days begin."""

    def __init__(self, parts: zipfile.ZipFile) -> None:
        self._names = {name.lower(): name for name in parts.namelist()}
        self._related: dict[str, str] = {}
        self._targets: dict[str, str] = {}
        self.counts_from_1904 = False
        # The writer left every formula to be calculated on opening: a 0 in one is no result.
        self.is_uncalculated = False
        _parse(parts.read(self._part("xl/workbook.xml")), self._read_workbook)
        _parse(parts.read(self._part("xl/_rels/workbook.xml.rels")), self._read_relation)
        shared = self._names.get("xl/sharedstrings.xml")
        # At least as long as each shared text is: the XML between the end of the one before and its own.
        self.text_lengths = [len(piece) for piece in parts.read(shared).split(b"</si>")] if shared else []
        self.longest_text = max(self.text_lengths, default=0)

    def part_of_sheet(self, name: str) -> str:
        """The part that holds a sheet. Raises KeyError if there is none."""
        target = self._targets[self._related[name]].lstrip("/")
        return self._part(target if target.startswith("xl/") else f"xl/{target}")

    def _part(self, name: str) -> str:
        return self._names[name.lower()]

    def _read_workbook(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "workbookPr":
            self.counts_from_1904 = attributes.get("date1904", "0") in ("1", "true")
        if name == "calcPr":
            self.is_uncalculated = attributes.get("fullCalcOnLoad", "0") in ("1", "true")
        if name == "sheet":
            related = [value for key, value in attributes.items() if key.endswith("/relationships id")]
            self._related.setdefault(attributes.get("name", ""), "".join(related))

    def _read_relation(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship":
            self._targets[attributes.get("Id", "")] = attributes.get("Target", "")


# --- sheets ---------------------------------------------------------------------------------------------------------

# As spreadsheet programs write a cell; whatever is written otherwise is surveyed cell by cell.
_COLUMN = re.compile(rb'<c r="([A-Z]+)[0-9]+"')
_ROW = re.compile(rb'<c r="[A-Z]+([0-9]+)"')
_CELL = (b"<c ", b"<c>", b"<c/", b"<c\t", b"<c\n", b"<c\r")
_NOUGHT = re.compile(r"-?0(\.0*)?")
_ZONE = re.compile(r"(?<=\d)(Z|[+-]\d{2}:?\d{2})$")
_UNUSUAL = (
    b't="e"',
    b't="d"',
    b"<f",
    b":c",
    b":f",
    b" =",
    b"= ",
    b"='",
    b"=\n",
    b"\n=",
    b"=\t",
    b"\t=",
    b"=\r",
    b"\r=",
)


@dataclass
class _Survey:
    """What a sheet holds: the reach of its cells, how many bytes its shared texts come to, and the cells that say
    another thing than they read as, by row number and place.
    """

    rows: int = 0
    width: int = 0
    text: int = 0
    lost: dict[tuple[int, int], str] = field(default_factory=dict)


def _survey(xml: bytes, book: _Book, size: int, limits: Operation) -> _Survey:
    """Survey a sheet before it is read. Raises UnreadableFileError where reading it would take more than it may."""
    if b"<!DOCTYPE" in xml:
        raise UnreadableFileError("its XML declares entities, which no workbook needs; save it again as .xlsx")
    allowed = allowance(size, limits)
    letters = _COLUMN.findall(xml)
    if len(letters) == sum(map(xml.count, _CELL)) and not any(mark in xml for mark in _UNUSUAL):
        rows = max(map(int, set(_ROW.findall(xml))), default=0)
        width = max((_column_number(one.decode()) for one in set(letters)), default=0)
        text = xml.count(b't="s"') * book.longest_text
        if rows * width * _CELL_BYTES <= allowed and text <= allowed:
            return _Survey(rows, width, text)
    survey = _surveyed(xml, book)
    if survey.rows * survey.width * _CELL_BYTES > allowed:
        raise UnreadableFileError(
            f"its cells reach as far as row {survey.rows:,} and column {survey.width:,}, with next to nothing between; "
            "clear what lies outside the table"
        )
    if survey.text > allowed:
        raise unpacks_too_far(size, limits)
    return survey


def _surveyed(xml: bytes, book: _Book) -> _Survey:
    """The survey of a sheet by every cell of it."""
    survey = _Survey()
    row, column, kind = 0, 0, ""
    within: list[str] = []
    texts: dict[str, str] = {}

    def start(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal row, column, kind
        within.append(name)
        if name == "row":
            row, column = int(attributes.get("r", row + 1)), 0
        elif name == "c":
            letters = re.match(r"([A-Za-z]+)(\d+)$", attributes.get("r", ""))
            row, column = (int(letters[2]), _column_number(letters[1])) if letters else (row, column + 1)
            kind = attributes.get("t", "")
            texts.clear()
        elif name in ("f", "v", "t"):
            texts.setdefault(name, "")

    def text(content: str) -> None:
        if within and within[-1] in ("f", "v", "t"):
            texts[within[-1]] = texts.get(within[-1], "") + content

    def end(name: str) -> None:
        within.pop()
        if name.rpartition(" ")[2] != "c":
            return
        value = texts.get("v") or texts.get("t")
        if value:
            survey.rows, survey.width = max(survey.rows, row), max(survey.width, column)
        if value and kind == "s":
            survey.text += book.longest_text if not value.isdigit() else _length(book, int(value))
        is_uncalculated = "f" in texts and (not value or (book.is_uncalculated and _NOUGHT.fullmatch(value)))
        if kind == "e" or is_uncalculated:
            survey.lost[(row, column - 1)] = "=" + texts.get("f", "") if is_uncalculated else value or ""
        elif kind == "d" and value:
            survey.lost[(row, column - 1)] = _ZONE.sub("", value)

    _parse(xml, start, CharacterDataHandler=text, EndElementHandler=end)
    return survey


def _length(book: _Book, index: int) -> int:
    return book.text_lengths[index] if index < len(book.text_lengths) else 0


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters[:4].upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _cell_text(value: Any) -> str:
    """A cell as text that the contract reads back: ISO dates, whole numbers without a decimal point.

    A number too large to be exact is written so that it is seen to have lost digits.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        if abs(value) >= _EXACT:
            return f"{value:.16e}"
        return str(int(value)) if value == int(value) else repr(value)
    if isinstance(value, datetime):
        if value.date() <= _NO_DAY:
            return value.time().isoformat()
        return value.isoformat(sep=" ") if value.time() != time(0) else value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat() if value > _NO_DAY else time(0).isoformat()
    return str(value).replace("_x000D_", "\r")
