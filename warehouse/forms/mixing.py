"""One extract of several forms: which table is taken from which, and the children of all of them.

A council may land the Annex A workbook of the week beside its looked after return and two tables from the case system.
Every table is taken from one form; `person` is the union of all.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pyarrow as pa

from schemas.settings import FORM_ORDER
from schemas.tables import columns
from warehouse.forms.cells import day, identity, is_nothing
from warehouse.forms.reading import Report, TableRead

# The day by which a record is of the child's latest referral on or before it, where two forms number them differently.
_DATED = {"assessment": "start_date", "s47": "start_date", "icpc": "icpc_date", "cp_plan": "start_date",
          "cin_plan": "start_date", "pre_proceedings": "start_date"}  # fmt: skip


@dataclass(frozen=True)
class Mixed:
    """The tables of an extract, each from one form, and sentences that say what came from where."""

    tables: tuple[TableRead, ...]
    warnings: tuple[str, ...] = ()
    reports: tuple[Report, ...] = ()


def mixed(tables: Sequence[TableRead], order: Mapping[str, Sequence[str]] | None = None) -> Mixed:
    """Each table from the first form that has it, by the setting `form_order`; the children of all forms."""
    if len({one.form for one in tables}) < 2:
        return Mixed(tuple(tables))
    given: dict[str, list[TableRead]] = defaultdict(list)
    for one in tables:
        given[one.table_name].append(one)
    kept: dict[str, list[TableRead]] = {}
    warnings: list[str] = []
    reports: list[Report] = []
    for table, reads in given.items():
        ranks = _ranks(table, order or {})
        reads.sort(key=lambda one: ranks.index(one.form))
        chosen = [one for one in reads if one.form == reads[0].form]
        others = reads[len(chosen) :]
        if table == "person" and others:
            chosen, told = _everybody(chosen, others, reports)
            warnings += told
        else:
            warnings += [
                f"{table} is taken from {chosen[0].file_name} ({chosen[0].form}); what {one.file_name} ({one.form}) "
                "has of it is not used. The setting form_order says which goes first."
                for one in others
            ]
        kept[table] = chosen
    linked = [_relinked(one, kept) for reads in kept.values() for one in reads]
    return Mixed(tuple(linked), tuple(warnings), tuple(reports))


def _ranks(table: str, order: Mapping[str, Sequence[str]]) -> list[str]:
    first = (*order.get(table, ()), *order.get("all", ()))
    return list(dict.fromkeys((*first, *FORM_ORDER)))


# --- children ---------------------------------------------------------------------------------------------------------


def _everybody(
    chosen: Sequence[TableRead], others: Sequence[TableRead], reports: list[Report]
) -> tuple[list[TableRead], list[str]]:
    """The children of every form as one table: the first form's rows, what others add to them, and their own."""
    first = chosen[0]
    names = [column.name for column in columns("person")]
    rows: list[dict[str, str | None]] = []
    numbers: list[int] = []
    places: list[str | None] = []
    by_child: dict[str, int] = {}
    warnings = []
    for one in (*chosen, *others):
        is_first = one.form == first.form
        added = filled = 0
        given = one.cells.to_pylist()
        own_places = one.place.to_pylist() if one.place is not None else [None] * len(given)
        for row, number, place in zip(given, one.row_number.to_pylist(), own_places, strict=True):
            child = identity(row.get("person_id"))
            if not is_first and (known := by_child.get(child)) is not None:
                filled += _complete(rows[known], row, one, number, place, reports)
                continue
            by_child.setdefault(child, len(rows))
            added += 1
            rows.append(row)
            numbers.append(number)
            places.append(place if one.file_name == first.file_name else f"{one.file_name}, {place or f'row {number}'}")
        if not is_first:
            warnings.append(
                f"person: {one.file_name} ({one.form}) adds {added:,} children and {filled:,} values to those of "
                f"{first.file_name} ({first.form})."
            )
    present = [name for name in names if any(name in row for row in rows)]
    cells = pa.table({name: pa.array([row.get(name) for row in rows], pa.string()) for name in present})
    whole = replace(first, cells=cells, row_number=pa.array(numbers, pa.int64()), place=pa.array(places, pa.string()))
    return [whole], warnings


def _complete(
    row: dict[str, str | None],
    other: Mapping[str, str | None],
    read: TableRead,
    number: int,
    place: str | None,
    reports: list[Report],
) -> int:
    """Give a child's row what another form knows and it does not; how many values."""
    filled = 0
    for name, text in other.items():
        if is_nothing(text):
            continue
        if is_nothing(row.get(name)):
            row[name] = text
            filled += 1
        elif name == "dob" and (born := day(text)) and (known := day(row[name])) and born != known:
            where = f"{read.file_name}, {place or f'row {number}'}"
            child = row.get("person_id")
            reports.append(Report("conflicting_value", "person", number, where, child, child, name, text))
    return filled


# --- links ------------------------------------------------------------------------------------------------------------


def _relinked(table: TableRead, kept: Mapping[str, Sequence[TableRead]]) -> TableRead:
    """A table whose links go to one of another form with ids of its own: linked by child and day, or not at all.

    Where any id is found on the other side, both have their ids from the same system, and links stay as they are.
    """
    cells = table.cells
    for column in columns(table.table_name):
        target = kept.get(column.links_to or "", ())
        if column.name not in cells.column_names or not target or any(one.form == table.form for one in target):
            continue
        ids = {identity(text) for one in target if column.name in one.cells.column_names
               for text in one.cells[column.name].to_pylist()} - {""}  # fmt: skip
        links = cells[column.name].to_pylist()
        if any(identity(link) in ids for link in links):
            continue
        place = cells.column_names.index(column.name)
        if column.links_to == "referral" and (dated := _DATED.get(table.table_name)) in cells.column_names:
            found = _latest_referral(cells["person_id"].to_pylist(), cells[dated].to_pylist(), target)
            cells = cells.set_column(place, column.name, pa.chunked_array([pa.array(found, pa.string())]))
        else:
            cells = cells.remove_column(place)
    return table if cells is table.cells else replace(table, cells=cells)


def _latest_referral(
    children: Sequence[str | None], days: Sequence[str | None], referrals: Sequence[TableRead]
) -> list[str | None]:
    made: dict[str, list[tuple[date, str | None]]] = defaultdict(list)
    for one in referrals:
        if {"person_id", "referral_date", "referral_id"} <= set(one.cells.column_names):
            for row in one.cells.select(["person_id", "referral_date", "referral_id"]).to_pylist():
                if on := day(row["referral_date"]):
                    made[identity(row["person_id"])].append((on, row["referral_id"]))
    found: list[str | None] = []
    for child, text in zip(children, days, strict=True):
        on = day(text)
        before = [one for one in made.get(identity(child), ()) if on and one[0] <= on]
        found.append(max(before, key=lambda one: one[0])[1] if before else None)
    return found
