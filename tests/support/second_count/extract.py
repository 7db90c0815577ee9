"""One extract read row by row: what became of every row, who the children are, and whose records they are."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from . import cells
from .cells import EXCEL_ERRORS, is_null, tidy
from .days import Span, birthday, first_of, last_of, working_days
from .settings import Settings
from .statuses import read_status
from .tables import COLUMNS, DAYS_OF_AN_ORDER, ENDS, KEYS, LOOKS_AHEAD, SAYS_NOTHING_WITHOUT

ONE_DAY = timedelta(days=1)
Authority = Callable[[str], bool]


class ExtractRefusedError(Exception):
    """The extract cannot be used: a column that must be there is absent, or a file is no table."""


@dataclass(eq=False)
class Row:
    """One row of a file: its cells as text, its values, and what became of it."""

    table: str
    number: int  # as a person counts in the file, header = 1
    raw: tuple[str, ...]
    values: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)  # what stood in the cell of a column
    unreadable: list[str] = field(default_factory=list)  # columns whose date cannot be read
    unknown_codes: list[str] = field(default_factory=list)
    lost_digits: list[str] = field(default_factory=list)  # ids in scientific notation
    rules: set[str] = field(default_factory=set)
    state: str = "used"
    child: str = ""
    status: str = ""
    is_superseded: bool = False  # set aside, and the same key stands in a row that is used or in a later one

    def __getitem__(self, column: str) -> Any:
        return self.values.get(column)

    def day(self, column: str) -> date | None:
        """The calendar day in a column of dates or moments."""
        value = self.values.get(column)
        return value.date() if isinstance(value, datetime) else value

    @property
    def record(self) -> str:
        """The id of the record: the first column of its table's key that is not the child; the child's without one."""
        own = [column for column in KEYS[self.table] if column != "person_id" and column.endswith("_id")]
        return str(self.values.get(own[0]) if own else self.child)

    @property
    def is_void(self) -> bool:
        """Its status makes it no record."""
        return self.status == "void"


@dataclass
class TableCount:
    rows_in: int
    rows_used: int
    rows_quarantined: int
    rows_duplicate: int
    rules: Counter[str]
    columns_ignored: list[str]


# ---------------------------------------------------------------------------------------------------------------
# Reading a file


def _plain(header: str) -> str:
    return re.sub(r"[^a-z0-9]", "", header.casefold())


def read_table(folder: Path, table: str) -> tuple[list[Row], set[str], list[str]] | None:
    """The rows of `<table>.csv`, the columns it has and those that are not ours; None where there is no such file.

    A row without anything in any cell is no row.
    """
    path = folder / f"{table}.csv"
    if not path.exists():
        return None
    text = path.read_text(encoding="utf-8-sig")
    delimiter = max(",;\t", key=text.split("\n", 1)[0].count)
    lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    if not lines:
        raise ExtractRefusedError(f"{path.name} is empty")
    known = {_plain(column): column for column in COLUMNS[table]}
    header = [known.get(_plain(cell)) for cell in lines[0]]
    named = [column for column in header if column]
    absent = [column.name for column in COLUMNS[table].values() if column.must_be_there and column.name not in named]
    if absent or len(named) != len(set(named)):
        raise ExtractRefusedError(f"{path.name}: absent or twice: {absent or named}")
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in line):
            continue
        if len(line) != len(header):
            raise ExtractRefusedError(f"{path.name} row {number} has {len(line)} cells, the header {len(header)}")
        row = Row(table, number, tuple(line))
        for name, cell in zip(header, line, strict=True):
            if name:
                row.texts[name] = tidy(cell)
                row.values[name] = _value(row, name, cell, COLUMNS[table][name].kind)
        row.status = read_status(row["status"])
        rows.append(row)
    return rows, set(named), [cell for cell, name in zip(lines[0], header, strict=True) if not name]


def _value(row: Row, column: str, cell: str, kind: str) -> Any:
    """Text first, then by kind. An error of Excel is nothing, but in a date it is unreadable."""
    if column == "disabled" and tidy(cell).casefold() == "none":
        return False  # no disability
    if is_null(cell) or (kind not in ("date", "moment") and cell.strip().casefold() in EXCEL_ERRORS):
        return None
    if kind == "id":
        if re.fullmatch(r"\d(\.\d+)?E\+\d+", cell.strip().upper()):
            row.lost_digits.append(column)
            return None
        return cells.read_id(cell)
    if kind in ("date", "moment"):
        try:
            moment = cells.read_moment(cell)
        except (ValueError, OverflowError):
            row.unreadable.append(column)
            return None
        return moment.date() if moment and kind == "date" else moment
    if kind == "boolean":
        return cells.read_boolean(cell)
    if kind == "number":
        return cells.read_number(cell)
    if kind == "text":
        return tidy(cell)
    code = cells.read_eligibility(cell) if kind == "eligibility" else cells.read_code(cell, kind)
    if code is None:
        row.unknown_codes.append(column)
    return code


# ---------------------------------------------------------------------------------------------------------------
# The rules that set a row aside


def lacks_required(row: Row, columns: set[str]) -> bool:
    """`required`: an id or date without which the row says nothing is null (unreadable is another rule)."""
    return any(
        column in columns and row[column] is None and column not in row.unreadable + row.lost_digits
        for column in SAYS_NOTHING_WITHOUT[row.table]
    )


def is_lone_value(row: Row) -> bool:
    """Totals and footers hold one cell."""
    return sum(1 for cell in row.raw if cell.strip()) == 1


def has_lost_digits(row: Row) -> bool:
    """An id in scientific notation."""
    return bool(set(row.lost_digits) & set(SAYS_NOTHING_WITHOUT[row.table]))


def ends_before_start(row: Row, linked_s47: Row | None) -> bool:
    """`end_before_start`: by the minute where both have a time, else by the day; a conference, before its enquiry."""
    for start, end in ENDS.get(row.table, ()):
        if row[start] is None or row[end] is None:
            continue
        if _has_time(row[start]) and _has_time(row[end]):
            if _minute(row[end]) < _minute(row[start]):
                return True
        elif row.day(end) < row.day(start):  # type: ignore[operator]
            return True
    if row.table != "icpc" or row["icpc_date"] is None or linked_s47 is None or linked_s47.is_void:
        return False
    return bool(row["icpc_date"] < linked_s47["start_date"])


def _minute(value: datetime) -> datetime:
    return value.replace(second=0, microsecond=0)


def _has_time(value: date) -> bool:
    return isinstance(value, datetime) and value.time() != time(0)


def happened_after_extract(row: Row, extract_date: date) -> bool:
    """`after_extract`: a live record that claims to have happened; what is only planned claims nothing."""
    if row.is_void or row["cancelled"]:
        return False
    is_planned = row.status in ("planned", "not held") or row["status"] in ("PLANNED", "CANCELLED")
    for column in COLUMNS[row.table].values():
        looks_ahead = column.name in LOOKS_AHEAD or f"{row.table}.{column.name}" in LOOKS_AHEAD
        if column.kind not in ("date", "moment") or looks_ahead:
            continue
        if column.name in ("review_date", "visit_date", "event_date") and is_planned:
            continue
        if column.name == "icpc_date" and not is_held(row):
            continue
        day = row.day(column.name)
        if day is not None and day > extract_date:
            return True
    return False


def is_held(row: Row) -> bool:
    """A conference took place: it has a date, and is not void, put off, only planned, or adjourned undecided."""
    if row["icpc_date"] is None or row.status in ("void", "not held", "planned"):
        return False
    return row.status != "adjourned" or row["outcome_cp"] is not None


def is_weekend_conference(row: Row) -> bool:
    """`weekend_conference`."""
    return row.table == "icpc" and is_held(row) and row["icpc_date"].weekday() >= 5


# ---------------------------------------------------------------------------------------------------------------
# The extract


class Extract:
    """The rows of one extract, by table, and the questions about children that many measures ask."""

    def __init__(self, folder: Path, extract_date: date, la_code: str, settings: Settings, is_ours: Authority) -> None:
        """Read and judge every file.

        Raises:
            ExtractRefusedError: a column that must be there is absent, or a file is no table.
        """
        self.extract_date = extract_date
        self.la_code = la_code
        self.settings = settings
        self.is_ours = is_ours
        self.rows: dict[str, list[Row]] = {}
        self.columns: dict[str, set[str]] = {}
        self.tables: dict[str, TableCount] = {}
        self.master: dict[str, str] = {}
        self.people: dict[str, Row] = {}
        self.people_set_aside: dict[str, Row] = {}  # of whom no row is used
        self.known: set[str] = set()
        for table in COLUMNS:  # person first, and S47 before the conferences that name it
            content = read_table(folder, table)
            if content is None:
                continue
            self.rows[table], self.columns[table], ignored = content
            self._judge(table)
            if table == "person":
                self._meet_people()
            states = Counter(row.state for row in self.rows[table])
            self.tables[table] = TableCount(
                len(self.rows[table]), states["used"], states["quarantined"], states["duplicate"],
                Counter(rule for row in self.rows[table] for rule in row.rules), ignored,
            )  # fmt: skip
        self._by_child: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for table, rows in self.rows.items():
            for row in rows:
                if row.state == "used" or (row.state == "quarantined" and not row.is_superseded):
                    self._by_child[table, row.child].append(row)
        self.remembered: dict[Any, Any] = {}

    # Rows

    def used(self, table: str, child: str | None = None) -> Iterator[Row]:
        """The rows that are used and not void, of every child or of one."""
        rows = self.rows.get(table, []) if child is None else self._by_child.get((table, child), [])
        return (row for row in rows if row.state == "used" and not row.is_void)

    def real(self, table: str, child: str) -> Iterator[Row]:
        """A child's records that are real: also those set aside, which still stand in an order among rows."""
        return (row for row in self._by_child.get((table, child), []) if not row.is_void)

    def linked(self, table: str, record: str | None, child: str, *, even_set_aside: bool) -> Row | None:
        """The child's own record of that id; another child's is no link."""
        id_column = KEYS[table][0]
        found = [row for row in self.real(table, child) if record is not None and row[id_column] == record]
        used = [row for row in found if row.state == "used"]
        return used[-1] if used else found[-1] if found and even_set_aside else None

    def children(self) -> list[str]:
        """Every child that any row names."""
        return sorted({child for table, child in self._by_child if child})

    # Judging

    def _judge(self, table: str) -> None:
        rows, columns = self.rows[table], self.columns[table]
        for row in rows:
            row.child = self.child_of(row["person_id"]) if row["person_id"] else ""
        enquiries = (
            {(row["s47_id"], row.child): row for row in self.rows.get("s47", []) if row.state == "used"}
            if table == "icpc"
            else {}
        )
        for row in rows:
            broken = {
                "required": lacks_required(row, columns),
                "unreadable_date": bool(row.unreadable),
                "end_before_start": ends_before_start(row, enquiries.get((row["s47_id"], row.child))),
                "after_extract": happened_after_extract(row, self.extract_date),
                "weekend_conference": is_weekend_conference(row),
                "single_value": is_lone_value(row),
                "unreadable_id": has_lost_digits(row),
            }
            row.rules |= {rule for rule, is_broken in broken.items() if is_broken}
            if row.rules:
                row.state = "quarantined"
        self._find_repeats(table)
        for row in rows:
            if row.state == "used":
                self._report(row, columns)

    def _find_repeats(self, table: str) -> None:
        """`duplicate`: of rows alike in every cell the first stays; then `duplicate_key`: of a key the last row."""
        rows = self.rows[table]
        seen: set[tuple[str, ...]] = set()
        for row in rows:
            if row.state == "used":
                if row.raw in seen:
                    row.state = "duplicate"
                    row.rules.add("duplicate")
                seen.add(row.raw)
        if not set(KEYS[table]) <= self.columns[table]:
            return
        taken: set[tuple[Any, ...]] = set()
        for row in reversed(rows):
            if row.state == "used":
                key = self._key(row)
                if key in taken:
                    row.state = "duplicate"
                    row.rules.add("duplicate_key")
                taken.add(key)
        day = DAYS_OF_AN_ORDER.get(table, KEYS[table][0])
        for row in sorted(rows, key=lambda row: (row[day] is None, -row.number)):
            if row.state == "quarantined":
                key = self._key(row)
                if row[KEYS[table][0]] is not None:  # a row without an id is no row's newer version
                    row.is_superseded = key in taken
                    taken.add(key)

    def _key(self, row: Row) -> tuple[Any, ...]:
        """A record is known by its id and its child, merged children being one."""
        is_person = row.table == "person"
        return tuple(row.child if c == "person_id" and not is_person else row[c] for c in KEYS[row.table])

    def _report(self, row: Row, columns: set[str]) -> None:
        needed = SAYS_NOTHING_WITHOUT[row.table]
        for column in COLUMNS[row.table].values():
            is_missing = column.must_be_there and column.name in columns and row[column.name] is None
            if is_missing and column.name not in needed and column.name not in row.unknown_codes:
                row.rules.add("missing_value")
        if row.unknown_codes:
            row.rules.add("unknown_code")
        if row.table not in ("person", "worker") and self.people and row["person_id"] not in self.known:
            row.rules.add("unknown_person")

    # Children

    def _meet_people(self) -> None:
        """Merged children: a master that is in `person` takes the place of those that name it, along the chain.

        A row that is set aside still says that somebody is there. The master's own row says when the child was born.
        """
        used = [row for row in self.rows["person"] if row.state == "used"]
        self.known = {row["person_id"] for row in used}
        there = {row["person_id"] for row in self.rows["person"] if row["person_id"]}
        self.master = {row["person_id"]: row["master_person_id"] for row in used if row["master_person_id"] in there}
        for row in used:
            if self.child_of(row["person_id"]) == row["person_id"]:
                self.people[row["person_id"]] = row
        for row in self.rows["person"]:
            row.child = self.child_of(row["person_id"]) if row["person_id"] else ""
            if row.state == "quarantined" and row.child not in self.known:
                before = self.people_set_aside.get(row.child)
                if row["person_id"] == row.child or before is None or before["person_id"] != row.child:  # its own first
                    self.people_set_aside[row.child] = row

    def child_of(self, person_id: str) -> str:
        seen = [person_id]
        while (following := self.master.get(seen[-1])) is not None and following not in seen:
            seen.append(following)
        return seen[-1]

    def life(self, child: str) -> Row | None:
        """The row that says who the child is, when born and when dead: one that is set aside still says so."""
        return self.people.get(child) or self.people_set_aside.get(child)

    def born(self, child: str) -> date | None:
        """The date of birth; an estimated one of a born child may stand in the column of expected births."""
        row = self.life(child)
        if row is None:
            return None
        expected: date | None = row["expected_dob"]
        if row["dob"] is None and expected is not None:
            is_a_year_old = birthday(expected, 1) <= self.extract_date
            if is_a_year_old or (row["dob_estimated"] and expected <= self.extract_date):
                return expected
        born: date | None = row["dob"]
        return born

    def died(self, child: str) -> date | None:
        row = self.life(child)
        return row["death_date"] if row is not None else None

    def is_unborn(self, child: str, day: date) -> bool:
        """The birth, or without one the expected birth, lies after the day."""
        born = self.born(child)
        if born is not None:
            return born > day
        row = self.life(child)
        return row is not None and row["expected_dob"] is not None and row["expected_dob"] > day

    def has_reached(self, child: str, age: int, day: date) -> bool | None:
        """Whether the child is that old by the day; None where the birth is not known."""
        born = self.born(child)
        return None if born is None else birthday(born, age) <= day

    def is_a_living_child(self, child: str, day: date) -> bool:
        """Not yet 18 (an unknown age counts), and not dead: both from that very day on."""
        died = self.died(child)
        return not self.has_reached(child, 18, day) and (died is None or died > day)

    # Days and months

    def wd(self, start: date, end: date) -> int:
        return working_days(start, end, self.settings.local_extra_non_working_days)

    def complete_from(self, table: str) -> date | None:
        """The day from which the table is complete; None where it holds the whole history."""
        return self.settings.coverage.get(table, self.settings.coverage.get("all"))

    @cached_property
    def months(self) -> list[Span]:
        """The months of the history, the month in progress last.

        From the first whole month that any table is declared to cover; where nothing is declared, from the month of the
        earliest usable referral date.
        """
        if self.settings.history_from is not None:
            first = first_of(self.settings.history_from)
        elif self.settings.coverage:
            first = _next_first(min(self.settings.coverage.values()))
        else:
            usable = [row["referral_date"] for row in self.rows.get("referral", []) if row.state == "used"]
            if not usable:
                return []
            first = first_of(min(usable))
        spans = []
        while first <= self.extract_date:
            spans.append(Span(first, min(last_of(first), self.extract_date)))
            first = last_of(first) + ONE_DAY
        return spans


def _next_first(day: date) -> date:
    """The day where a month begins on it, else the beginning of the next month."""
    return day if day.day == 1 else last_of(day) + ONE_DAY


def sort_rows(rows: Iterable[Row], *columns: str) -> list[Row]:
    """By columns, nothing last, then by the place in the file."""
    return sorted(rows, key=lambda row: (*((row[c] is None, str(row[c])) for c in columns), row.number))
