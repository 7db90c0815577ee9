"""Where a file's columns are: its header row, its delimiter, and which contract column each header means."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from schemas.tables import columns
from warehouse.forms.cells import folded, shown

SEARCHED_ROWS = 10
_ENOUGH = 0.6  # the share of required headers that makes a row the header row
DELIMITERS = (",", ";", "\t", "|")
# Headers, folded, of a column that says whose the rows are.
_AUTHORITY = {"la", "lacode", "laname", "lea", "leacode", "leaname", "localauthority", "localauthoritycode",
              "localauthorityname", "dfelacode", "dfecode", "authority", "authoritycode", "authorityname", "council",
              "councilname"}  # fmt: skip


@dataclass(frozen=True)
class Layout:
    """`positions` maps a contract column to its place in the file; `header_row` counts from 1.

    `authorities` are the columns that say whose the rows are, by place: none of the contract's, so they are ignored.
    """

    header_row: int
    width: int
    positions: dict[str, int]
    ignored: tuple[str, ...]
    delimiter: str = ","
    authorities: Mapping[int, str] = field(default_factory=dict)

    @property
    def needed(self) -> list[int]:
        """The places of the columns that mean something: the contract's, and those that say whose the rows are."""
        return sorted({*self.positions.values(), *self.authorities})


@dataclass(frozen=True)
class Wanted:
    """What a file is searched for: a table, the meaning of each folded header, and the columns that must be there.

    `sheets` are the folded names of sheets that hold the table.
    """

    table: str
    meanings: Mapping[str, str]
    required: tuple[str, ...]
    sheets: frozenset[str]


def wanted(table: str, headers: Mapping[str, str] | None = None, sheets: Mapping[str, str] | None = None) -> Wanted:
    """A table of the contract, under its own headers and those that an authority has for it beside them."""
    local = {folded(header): name for header, name in (headers or {}).items()}
    named = {sheet for sheet, held in (sheets or {}).items() if held == table}
    required = tuple(column.name for column in columns(table) if column.required)
    return Wanted(table, {**_meanings(table), **local}, required, frozenset({folded(table), *named}))


def find_layout(wanted: Wanted, rows: Sequence[Sequence[str]], column_limit: int) -> Layout | list[str]:
    """The layout of the first rows of a file, or the reasons why there is none.

    The header is the first of the top ten rows that names at least 60% of the required columns; what stands above it
    is a title. Unknown columns are ignored and listed.
    """
    width = max(map(len, rows[:SEARCHED_ROWS]), default=0)
    if width > column_limit:
        return [
            f"it has {width:,} columns, and a table may have {column_limit:,}; leave out what the contract does not "
            "need, or raise the setting column_limit"
        ]
    best: tuple[int, int] = (0, 0)
    required = wanted.required
    for index, cells in enumerate(rows[:SEARCHED_ROWS]):
        named = _positions(wanted, cells)
        found = sum(1 for name in required if name in named)
        if found >= _ENOUGH * len(required) and len(named) >= 2:
            return _checked(wanted, index, cells)
        best = max(best, (found, -index))
    if not rows or best[0] == 0:
        return [
            f"no header row among the first {SEARCHED_ROWS} rows; expected columns such as {', '.join(required)}; "
            "send the table with its header"
        ]
    return _checked(wanted, -best[1], rows[-best[1]])


def delimited_layout(wanted: Wanted, head: str, column_limit: int) -> Layout | list[str]:
    """The layout of a delimited file from its first characters: the delimiter is the one that finds most columns."""
    tried = []
    for delimiter in DELIMITERS:
        rows = first_rows(head, delimiter)
        layout = find_layout(wanted, rows, column_limit)
        named = max((len(_positions(wanted, cells[:column_limit])) for cells in rows), default=0)
        tried.append((named, layout, delimiter))
    _, layout, delimiter = max(tried, key=lambda attempt: (not isinstance(attempt[1], list), attempt[0]))
    if isinstance(layout, list):
        return layout
    return replace(layout, delimiter=delimiter)


def first_rows(head: str, delimiter: str) -> list[list[str]]:
    rows = []
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            rows.append(cells)
            if len(rows) == SEARCHED_ROWS:
                break
    except csv.Error:
        pass  # a quote that the cut head leaves open: the rows before it are enough
    return rows


@cache
def _meanings(table: str) -> dict[str, str]:
    meanings: dict[str, str] = {}
    for column in columns(table):
        for spelling in (column.name, *column.synonyms):
            meanings.setdefault(folded(spelling), column.name)
    return meanings


def _positions(wanted: Wanted, cells: Sequence[str]) -> dict[str, list[int]]:
    meanings = wanted.meanings
    found: dict[str, list[int]] = {}
    suffixed: dict[str, list[int]] = {}
    for position, cell in enumerate(cells):
        text = cell.strip()
        if (meaning := meanings.get(folded(text))) is not None:
            found.setdefault(meaning, []).append(position)
        elif text.endswith("_1") and (meaning := meanings.get(folded(text[:-2]))) is not None:
            suffixed.setdefault(meaning, []).append(position)
    # A join in the source adds _1 to a header; it counts where the plain one is not there.
    return {**suffixed, **found}


def _checked(wanted: Wanted, index: int, cells: Sequence[str]) -> Layout | list[str]:
    found = _positions(wanted, cells)
    problems = []
    missing = [name for name in wanted.required if name not in found]
    if missing:
        named, them = ("column", "it") if len(missing) == 1 else ("columns", "them")
        problems.append(f"the required {named} {', '.join(missing)} cannot be found; add {them} to the export")
    for name, places in found.items():
        if len(places) > 1:
            headers = " and ".join(repr(shown(cells[place])) for place in places[:5])
            problems.append(f"the headers {headers} both mean {name}; leave one of them out")
    if problems:
        return problems
    positions = {name: places[0] for name, places in found.items()}
    used = set(positions.values())
    ignored = tuple(shown(cell) or f"(column {place + 1})" for place, cell in enumerate(cells) if place not in used)
    width = max((place + 1 for place, cell in enumerate(cells) if cell.strip()), default=0)
    authorities = {place: cell.strip() for place, cell in enumerate(cells)
                   if place not in used and folded(cell) in _AUTHORITY}  # fmt: skip
    return Layout(index + 1, max(width, len(cells)), positions, ignored, authorities=authorities)
