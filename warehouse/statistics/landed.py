"""What lies in `<landing>/statistics/<release date>/`, and what of it is known; read once and kept as it was published."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from schemas.settings import Operation
from schemas.statistics import (
    NEIGHBOUR_AUTHORITY,
    NEIGHBOUR_COUNT,
    PLACE,
    STATISTICS,
    SUCCESSION_COLUMNS,
    TIME,
    key,
    known,
)
from warehouse.forms.spreadsheet import visible_sheets
from warehouse.landing.bounds import UnreadableFileError, allowance, bytes_of, unpacks_too_far
from warehouse.landing.extracts import UNREADABLE, FileHashes, is_open, is_regular

FOLDER = "statistics"  # in the landing folder
_UNFINISHED = re.compile(r"(^[.~])|(\.(part|partial|tmp|temp|crdownload|filepart|swp)$)|(~$)", re.IGNORECASE)
_BLANK_ROW = re.compile(r"\n\r?\n")
_SUFFIXES = (".csv", ".xlsx", ".zip")
_SEARCHED_ROWS = 12  # of a sheet, for its header
_MOST_NAMED = 12  # columns, in one sentence
_METADATA = {"colname", "coltype"}  # the columns of the file that describes the columns of another
# ONS's codes of what an estimate is published for; districts below a county are none.
_ESTIMATED = {"E92": "National", "E12": "Regional", "E06": "Local authority", "E08": "Local authority",
              "E09": "Local authority", "E10": "Local authority"}  # fmt: skip
_AGES = [str(age) for age in range(18)]

NEIGHBOURS, SUCCESSION = "neighbours", "succession"
ROW = "row of the file"  # of what is kept: the row as a person counts it, where it is not the next one after the header


@dataclass(frozen=True)
class LandedFile:
    """A landed file, or a member of a landed archive."""

    released_on: date
    path: Path
    sha256: str
    member: str | None = None

    @property
    def name(self) -> str:
        """What it is kept under: the day of its release and its name, with the folder or archive that it lies in."""
        parts = self.path.parts
        within = parts[len(parts) - parts[::-1].index(str(self.released_on)) :]
        named = within if self.member is None else (*within[:-1], self.path.stem, *self.member.split("/"))
        return f"{self.released_on}/{' '.join(named)}"

    @property
    def shown(self) -> str:
        """How a person finds it."""
        inside = f" ({self.member})" if self.member else ""
        return f"{FOLDER}/{self.released_on}/{self.path.name}{inside}"


class UnknownFileError(Exception):
    """A file that is no published statistic known here; says what it is like."""


def landed_files(landing: Path, hashes: FileHashes) -> tuple[list[LandedFile], list[str]]:
    """Every file that a release landed with, and what is told of those that lie where nothing is read."""
    found: list[LandedFile] = []
    told: list[str] = []
    folder = landing / FOLDER
    if folder.is_dir() and not is_open(folder):
        return [], [f"{folder}: not read, because it cannot be opened; let the user of the pipeline read it."]
    for place in sorted(folder.iterdir()) if is_open(folder) else []:
        released_on = _date(place.name)
        if place.name.startswith((".", "~")):
            continue
        if released_on is None or not place.is_dir():
            told.append(
                f"{FOLDER}/{place.name}: not read; put files into a folder named for the day of their release, such as "
                f"{folder}/2025-10-30."
            )
            continue
        if not is_open(place):
            told.append(
                f"{FOLDER}/{place.name}: not read, because it cannot be opened; let the pipeline's user read it."
            )
        for path in sorted(place.rglob("*")) if is_open(place) else []:
            if not is_regular(path) or path.name.startswith((".", "~")):
                continue
            if _UNFINISHED.search(path.name):
                told.append(f"{FOLDER}/{place.name}/{path.name}: still being copied; it is read once it is complete.")
                continue
            sha256 = hashes.sha256(path)
            if sha256 == UNREADABLE:
                told.append(f"{FOLDER}/{place.name}/{path.name}: not read, because it cannot be opened.")
            else:
                found.append(LandedFile(released_on, path, sha256))
    return found, told


def members(file: LandedFile) -> Iterator[LandedFile]:
    """The file itself; of an archive, as DfE gives a whole release, the files in it."""
    if file.path.suffix.lower() != ".zip":
        yield file
        return
    try:
        with zipfile.ZipFile(file.path) as archive:
            names = [one.filename for one in archive.infolist() if not one.is_dir()]
    except (zipfile.BadZipFile, OSError) as error:
        raise UnreadableFileError("it is no archive that can be opened; land it again") from error
    for name in sorted(names):
        if name.lower().endswith((".csv", ".xlsx")):
            yield LandedFile(file.released_on, file.path, file.sha256, name)


def keep(connection: duckdb.DuckDBPyConnection, file: LandedFile, at: Path, limits: Operation) -> str:
    """Write a file's cells as text to a Parquet file; what it is: the table of a statistic, neighbours or succession.

    Raises UnknownFileError for a file that is not known, UnreadableFileError for one that cannot be read. Returns an
    empty text, and writes nothing, for a file that only describes another.
    """
    name = (file.member or file.path.name).lower()
    if not name.endswith(_SUFFIXES):
        raise UnknownFileError("not read; published statistics come as .csv, .xlsx or .zip")
    if name.endswith(".xlsx"):
        return _keep_workbook(connection, _content(file, limits), file, at, limits)
    content = _content(file, limits)
    text = _decoded(content)
    header = next(_rows(text[: 1 << 16]), [])
    folded = {key(name) for name in header}
    if folded >= _METADATA:
        return ""
    if found := _as_declared(header, [], file):
        return _keep_rows(connection, found, header, list(_rows(text))[1:], at)
    statistic = known(header)
    if statistic is None:
        raise UnknownFileError(_profile(header, text))
    source = file.path
    if file.member is not None or text.encode() != content.removeprefix(b"\xef\xbb\xbf"):
        source = at.with_suffix(".csv")
        source.write_bytes(text.encode())
    try:
        cells = connection.read_csv(
            str(source), header=True, all_varchar=True, delimiter=",", quotechar='"', escapechar='"',
        )  # fmt: skip
        if _BLANK_ROW.search(text):  # which the reader leaves out
            numbers = [number for number, row in enumerate(_rows(text), start=1) if row][1:]
            table = cells.to_arrow_table()
            if len(numbers) == table.num_rows:
                cells = connection.from_arrow(table.append_column(ROW, pa.array(numbers, pa.int64())))
        cells.write_parquet(str(at))
    except duckdb.Error as error:
        line = re.search(r"\bLine: (\d+)", str(error))
        where = f"row {line[1]} does not have" if line else "not every row has"
        raise UnreadableFileError(f"{where} the columns of the header; land it as it was published") from None
    finally:
        if source != file.path:
            source.unlink()
    return statistic.statistic.table


def _keep_workbook(
    connection: duckdb.DuckDBPyConnection, content: bytes, file: LandedFile, at: Path, limits: Operation
) -> str:
    """The first sheet that holds a neighbour model, estimates by age, a succession or a statistic; persons before sexes."""
    seen: list[str] = []
    sheets = sorted(visible_sheets(content, limits), key=lambda sheet: "person" not in sheet.name.lower())
    for sheet in sheets:
        head = sheet.head(_SEARCHED_ROWS)
        for place, row in enumerate(head):
            header = [name.strip() for name in row]
            while header and not header[-1]:
                header.pop()
            seen = max(seen, header, key=len)
            above = [cell for cells in head[:place] for cell in cells]
            statistic = known(header)
            found = _as_declared(header, above, file) or (statistic and statistic.statistic.table)
            if found:
                numbered = list(sheet.rows(place + 1, len(header), (), limits))
                rows, numbers = [cells for _, cells in numbered], [number for number, _ in numbered]
                return _keep_rows(connection, found, header, rows, at, numbers)
    raise UnknownFileError(_profile(seen, ""))


@dataclass(frozen=True)
class _Estimates:
    """Estimates by single year of age, one row an area, of the mid-year that the file names."""

    mid_year: int


def _as_declared(header: Sequence[str], above: Sequence[str], file: LandedFile) -> str | _Estimates | None:
    folded = [key(name) for name in header]
    if all(f"sn{rank}" in folded for rank in range(1, NEIGHBOUR_COUNT + 1)) and any(
        key(name) in folded for name in NEIGHBOUR_AUTHORITY
    ):
        return NEIGHBOURS
    if {key(name) for name in SUCCESSION_COLUMNS} <= set(folded):
        return SUCCESSION
    if {"code", "allages", *_AGES} <= {name.removesuffix("0") if name.endswith(".0") else name for name in folded}:
        years = re.findall(r"\bmid[- ](\d{4})\b", " ".join([*above, file.path.name]).lower()) or re.findall(
            r"\bmye(\d{2})", file.path.name.lower()
        )
        if years:
            return _Estimates(int(years[-1]) % 100 + 2000)
    return None


def _keep_rows(
    connection: duckdb.DuckDBPyConnection,
    found: str | _Estimates,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    at: Path,
    numbers: Sequence[int] = (),
) -> str:
    if isinstance(found, _Estimates):
        table, kind = _estimates(found, header, rows), "mid-year population estimates"
    elif found == NEIGHBOURS:
        table, kind = _neighbours(header, rows), NEIGHBOURS
    else:
        wide = [[*row, *[""] * (len(header) - len(row))] for row in rows]
        # A file of the user's own is kept under the names that it is asked for by.
        own = {key(name): name for name in SUCCESSION_COLUMNS} if found == SUCCESSION else {}
        columns = {own.get(key(name), name): [row[place] for row in wide] for place, name in enumerate(header)}
        if any(day.strip() and _date(day.strip()[:10]) is None for day in columns.get("changed_on", []) if own):
            raise UnreadableFileError("changed_on has a day that is not written as 2028-04-01; write each so")
        table, kind = pa.table({name: pa.array(cells, pa.string()) for name, cells in columns.items()}), found
        if numbers and not own:
            table = table.append_column(ROW, pa.array(numbers, pa.int64()))
    if not table.num_rows:
        raise UnreadableFileError("it has no row that can be used; land it as it was published")
    connection.from_arrow(table).write_parquet(str(at))
    return kind


def _estimates(found: _Estimates, header: Sequence[str], rows: Sequence[Sequence[str]]) -> pa.Table:
    """The residents aged 0 to 17, in the layout of DfE's file of estimates."""
    folded = [key(name) for name in header]
    code, name = folded.index("code"), folded.index("name") if "name" in folded else 0
    ages = [folded.index(age) for age in _AGES]
    told: list[dict[str, str]] = []
    for row in rows:
        level = _ESTIMATED.get(row[code].strip()[:3]) if len(row) > max(ages) else None
        if level is None:
            continue
        counts = [row[place].replace(",", "").removesuffix(".0").strip() for place in ages]
        area = row[code].strip()
        told.append(
            {
                "time_period": str(found.mid_year), "time_identifier": "Reporting year", "geographic_level": level,
                "country_code": "E92000001", "country_name": "England",
                "region_code": area if level == "Regional" else "", "region_name": row[name] if level == "Regional" else "",
                "old_la_code": "", "new_la_code": area if level == "Local authority" else "",
                "la_name": row[name] if level == "Local authority" else "",
                "age_group": "Children aged 0 to 17 years",
                "population_estimate": str(sum(map(int, counts))) if all(one.isdigit() for one in counts) else "x",
            }
        )  # fmt: skip
    return pa.Table.from_pylist(told)


def _neighbours(header: Sequence[str], rows: Sequence[Sequence[str]]) -> pa.Table:
    """One row per authority and rank; how close a neighbour is stands in the column after it."""
    folded = [key(name) for name in header]
    own = next(folded.index(key(name)) for name in NEIGHBOUR_AUTHORITY if key(name) in folded)
    told = []
    for row in rows:
        la_code = row[own].strip().removesuffix(".0") if own < len(row) else ""
        if not re.fullmatch(r"\d{3}", la_code):
            continue
        for rank in range(1, NEIGHBOUR_COUNT + 1):
            place = folded.index(f"sn{rank}")
            neighbour = row[place].strip().removesuffix(".0") if place < len(row) else ""
            if re.fullmatch(r"\d{3}", neighbour):
                closeness = row[place + 1].strip() if place + 1 < len(row) else ""
                told.append(
                    {"la_code": la_code, "rank": str(rank), "neighbour_la_code": neighbour, "closeness": closeness}
                )
    return pa.Table.from_pylist(told, schema=pa.schema([(name, pa.string()) for name in
                                                        ("la_code", "rank", "neighbour_la_code", "closeness")]))  # fmt: skip


def _profile(header: Sequence[str], text: str) -> str:
    """What a file that is not known is like: its columns, its rows, and what it is nearest to; never a cell of it."""
    own = [name for name in header if name.strip() and key(name) not in {*TIME, *PLACE}]
    named = own or [name for name in header if name.strip()]
    shown = ", ".join(named[:_MOST_NAMED]) + (
        f" and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
    )
    rows = f"; {max(text.count(chr(10)) - 1, 0):,} rows" if text else ""
    told = f"not known as a published statistic, and not read; its columns: {shown or 'none'}{rows}"
    folded = {key(name) for name in header}
    near = []
    for one in STATISTICS:
        lacking = [names[0] for names in one.known_by if not folded & {key(name) for name in names}]
        if lacking and len(lacking) < len(one.known_by):
            near.append((len(lacking) / len(one.known_by), f"{one.table}, which also has {' and '.join(lacking)}"))
    return f"{told}; nearest is {min(near)[1]}" if near and "geographiclevel" in folded else told


def _content(file: LandedFile, limits: Operation) -> bytes:
    if file.member is None:
        return bytes_of(file.path, limits)
    try:
        with zipfile.ZipFile(file.path) as archive:
            if archive.getinfo(file.member).file_size > allowance(file.path.stat().st_size, limits):
                raise unpacks_too_far(file.path.stat().st_size, limits)
            return archive.read(file.member)
    except (zipfile.BadZipFile, OSError, RuntimeError, EOFError, zlib.error) as error:
        raise UnreadableFileError("it cannot be unpacked; land it again") from error


def _rows(text: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text))
    except csv.Error:
        raise UnreadableFileError("its rows cannot be told apart; land it as it was published") from None


def _decoded(content: bytes) -> str:
    for encoding in ("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "cp1252"):
        with suppress(UnicodeDecodeError):
            return content.decode(encoding)
    return content.decode("latin-1")


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
    except ValueError:
        return None
