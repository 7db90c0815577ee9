"""Supplements: `supplement_<table>.csv` or `.xlsx` beside a form adds to its rows what the form has no column for.

A row of a supplement names a record by its id, or by the child and the record's day; where the table has neither, by
the child alone. It gives values to columns that are empty there. What matches nothing or several records is told.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa

from schemas.settings import Operation
from schemas.tables import MODELS, Kind, columns, key
from warehouse.forms import canonical
from warehouse.forms.canonical.layout import wanted
from warehouse.forms.canonical.rows import Rows
from warehouse.forms.cells import day, identity, is_nothing
from warehouse.forms.local_spellings import LocalSpellings
from warehouse.forms.reading import Report, TableRead, name_in
from warehouse.landing.bounds import UnreadableFileError, bytes_of
from warehouse.landing.extracts import Extract

_NAME = re.compile(r"supplement_(\w+?)\.(csv|csv\.gz|parquet|xlsx)")


@dataclass(frozen=True)
class Supplemented:
    """The tables with what supplements add, what was told of single rows, and sentences about whole files.

    `added` are the columns that a supplement gives, by table.
    """

    tables: tuple[TableRead, ...]
    reports: tuple[Report, ...] = ()
    warnings: tuple[str, ...] = ()
    added: Mapping[str, frozenset[str]] = field(default_factory=dict)


def files(extract: Extract) -> list[Path]:
    """The supplements of an extract, in its folder or one below it; sorted."""
    found = (*extract.folder.glob("supplement_*"), *extract.folder.glob("*/supplement_*"))
    return sorted(path for path in found if path.is_file())


def table_of(file_name: str) -> str:
    """The table that a supplement is named for; empty where it is named for none."""
    found = _NAME.fullmatch(file_name.lower())
    return found[1] if found and found[1] in MODELS else ""


def supplemented(
    extract: Extract, tables: Sequence[TableRead], limits: Operation, local: LocalSpellings
) -> Supplemented:
    """The tables with what the extract's supplements add.

    Raises UnreadableFileError for supplements that cannot be used; each reason names its file.
    """
    by_name = {one.table_name: one for one in tables}
    reports: list[Report] = []
    warnings: list[str] = []
    problems: list[str] = []
    added: dict[str, frozenset[str]] = {}
    for path in files(extract):
        name = name_in(extract.folder, path)
        table = table_of(path.name)
        if not table:
            problems.append(f"{name}: no table is called so; name it after a table, as supplement_referral.csv")
        elif table not in by_name:
            warnings.append(f"{name} is not used, for the extract has no table {table} to add to.")
        else:
            try:
                rows = _read(path, table, limits, local)
                by_name[table] = _added(by_name[table], name, rows, reports)
                added[table] = added.get(table, frozenset()) | set(rows.layout.positions)
                if rows.layout.ignored:
                    warnings.append(f"{name}: nothing is read from {', '.join(rows.layout.ignored)}.")
            except UnreadableFileError as error:
                problems += [f"{name}: {reason}" for reason in error.args]
    if problems:
        raise UnreadableFileError(*problems)
    return Supplemented(tuple(by_name[one.table_name] for one in tables), tuple(reports), tuple(warnings), added)


def _read(path: Path, table: str, limits: Operation, local: LocalSpellings) -> Rows:
    sought = replace(wanted(table, local.headers.get(table), local.sheets), required=())
    rows = canonical.read_rows(path.name, bytes_of(path, limits), sought, limits)
    own = _own_id(table)
    if own not in rows.layout.positions and "person_id" not in rows.layout.positions:
        needed = f"{own}, or person_id and a day" if own else "person_id and a day"
        raise UnreadableFileError(f"no column says which record a row is of; add {needed}")
    return rows


def _own_id(table: str) -> str:
    """The column that has a record's own id; empty where the table has none."""
    return next((name for name in key(table) if name.endswith("_id") and name not in ("person_id", "worker_id")), "")


def _added(table: TableRead, name: str, rows: Rows, reports: list[Report]) -> TableRead:
    """A table with what the rows of one supplement give its records."""
    given = {column: rows.columns[place].to_pylist() for column, place in rows.layout.positions.items()}
    keys = _keys(table, given)
    records: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, told in enumerate(_told(table.cells.to_pydict(), keys)):
        records[told].append(number)
    cells = {column: table.cells[column].to_pylist() for column in table.cells.column_names}
    to_add = [column for column in given if column not in keys and column != "person_id"]
    for column in to_add:
        cells.setdefault(column, [None] * table.cells.num_rows)
    taken: set[int] = set()
    for number, told in enumerate(_told(given, keys)):
        found = records.get(told, []) if all(told) else []
        rule = "unmatched_supplement" if not found else "ambiguous_supplement"
        if len(found) != 1 or found[0] in taken:
            child = given.get("person_id", [None] * (number + 1))[number]
            where = rows.row_number[number].as_py()
            reports.append(Report(rule, table.table_name, where, f"{name}, row {where}", child))
            continue
        taken.add(found[0])
        for column in to_add:
            if is_nothing(cells[column][found[0]]):
                cells[column][found[0]] = given[column][number]
    order = [column.name for column in columns(table.table_name) if column.name in cells]
    return replace(table, cells=pa.table({column: pa.array(cells[column], pa.string()) for column in order}))


def _keys(table: TableRead, given: Mapping[str, Sequence[str | None]]) -> dict[str, Callable[[str | None], str]]:
    """The columns by which rows and records are matched, and how each compares."""
    there = set(table.cells.column_names)
    own = _own_id(table.table_name)
    keys: dict[str, Callable[[str | None], str]] = {}
    if "person_id" in given and "person_id" in there:
        keys["person_id"] = identity
    if own in given and own in there and not all(map(is_nothing, given[own])):
        return keys | {own: identity}
    if key(table.table_name) == ("person_id",):
        return keys
    dated = (column.name for column in columns(table.table_name) if column.kind in (Kind.DATE, Kind.TIMESTAMP))
    if first := next((column for column in dated if column in given and column in there), None):
        keys[first] = _day
    return keys


def _day(text: str | None) -> str:
    return str(day(text) or "")


def _told(
    cells: Mapping[str, Sequence[str | None]], keys: Mapping[str, Callable[[str | None], str]]
) -> list[tuple[str, ...]]:
    return list(zip(*([compare(text) for text in cells[column]] for column, compare in keys.items()), strict=True))
