"""The staged layer: every row of the extracts in hand typed, judged by its contract, and in one of three states."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from schemas.checks import (
    ABSENT,
    FORMULA,
    LINKED_DATE,
    LINKS,
    SENTINEL,
    SHORT_YEAR,
    UNLINKED,
    UNREAD,
    judgement,
    other_links,
)
from schemas.codes.statuses import Outcome, Status
from schemas.rules import RULES, State
from schemas.tables import MODELS, columns, is_about_children, key
from warehouse.forms.extracts import ExtractRead
from warehouse.landing.coverage import Coverage
from warehouse.parallel import at_once
from warehouse.staged import columns as typed
from warehouse.staged.columns import TYPES, Mask, Rows
from warehouse.staged.persons import aliases, linked, renamed, unknown
from warehouse.staged.rhythm import Stop, stopped
from warehouse.staged.rows import TableRows, gather
from warehouse.staged.states import duplicates, record_id
from warehouse.staged.statuses import read_outcome
from warehouse.staged.warnings import file_warnings

Place = tuple[str, date]
_TOTAL = r"^((GRAND|OVERALL|SUB)[ -]?)?TOTALS?\b"  # an id is in capitals


@dataclass(frozen=True)
class TableCount:
    """What became of one table of one extract. No value here is a cell of a child's row."""

    la_code: str
    extract_date: date
    table_name: str
    file_name: str
    form: str
    sha256: str
    rows_in: int
    rows_used: int
    rows_quarantined: int
    rows_duplicate: int
    columns_ignored: tuple[str, ...]
    # Rows by rule and column; of statuses that are in no list, the commonest spellings.
    rules: Mapping[tuple[str, str | None], int] = field(default_factory=dict)
    unknown_statuses: tuple[tuple[str, int], ...] = ()
    file_warnings: tuple[str, ...] = ()
    stop: Stop | None = None

    @property
    def warnings(self) -> list[str]:
        """The warnings for the whole file, each with the file that it speaks of."""
        return [f"{self.la_code}/{self.extract_date}/{self.file_name}: {warning}" for warning in self.file_warnings]

    @property
    def place(self) -> Place:
        """The extract."""
        return self.la_code, self.extract_date

    @property
    def is_whole(self) -> bool:
        """Whether every row ended in exactly one state."""
        return self.rows_in == self.rows_used + self.rows_quarantined + self.rows_duplicate


@dataclass
class _Judged:
    """A table after its rows were judged: what later tables look into, and what is written."""

    rows: TableRows
    values: dict[str, pa.ChunkedArray]
    record_id: pa.ChunkedArray
    broken: list[tuple[str, str | None, Rows]]
    set_aside: Mask
    duplicate: Mask

    def used(self) -> Mask:
        return ~(self.set_aside | self.duplicate)


def stage(connection: duckdb.DuckDBPyConnection, reads: Sequence[ExtractRead]) -> list[TableCount]:
    """Make the tables of schema `staged` of what was read, refused extracts left out; what became of it.

    One count per table of each extract, in the order of extracts and of `schemas.tables.MODELS`. The connection is the
    run's own, in memory; the schema must not be there. See docs/tables.md for what the tables hold.
    """
    accepted = [read for read in reads if not read.refusals]
    judged: dict[str, _Judged] = {}
    merged: dict[int, dict[str, str]] = {}
    known: dict[int, pa.Array] = {}

    def stage_table(table: str, connection: duckdb.DuckDBPyConnection) -> None:
        rows = gather(table, accepted)
        if rows is not None:
            judged[table] = _judge(rows, judged, merged, known)
            if table == "person":
                _know(judged[table], merged, known)
        _write(connection, table, judged.get(table))

    connection.execute("create schema staged")
    at_once(connection, {table: partial(stage_table, table) for table in MODELS},
            {table: _looked_into(table) for table in MODELS})  # fmt: skip
    judged = {table: judged[table] for table in MODELS if table in judged}
    counts = list(_counts(accepted, judged))
    _write_issues(connection, accepted, judged, counts)
    _write_counts(connection, accepted, judged, counts)
    return counts


def _looked_into(table: str) -> set[str]:
    """The tables that are judged before this one, because its rows are judged by theirs."""
    before = list(MODELS)[: list(MODELS).index(table)]
    return {"person", *LINKS.get(table, {}).values(), *other_links(table).values()} & set(before)


# --- judging --------------------------------------------------------------------------------------------------------


def _judge(
    rows: TableRows,
    before: Mapping[str, _Judged],
    merged: Mapping[int, Mapping[str, str]],
    known: Mapping[int, pa.Array],
) -> _Judged:
    table = rows.table
    values = {name: reading.values for name, reading in rows.readings.items()}
    of_children = is_about_children(table) and table != "person"
    if of_children:
        values["person_id"] = renamed(values["person_id"], rows, merged)
    if table == "s47":
        values["outcome"] = pc.coalesce(values["outcome"], _conference_named(rows.cells["status"]))
    frame = pa.table(values).append_column("extract_date", rows.extract_date)
    for name, mask in _companions(rows, values, known if of_children else None):
        frame = frame.append_column(name, pa.array(mask))
    for link, target in LINKS.get(table, {}).items():
        found = linked(values[link], values["person_id"], rows, _targets(before.get(target), target))
        frame = frame.append_column(LINKED_DATE[target][1], found)
    for link, target in other_links(table).items():
        if (lost := _lost(rows, values, link, before.get(target))).any():
            frame = frame.append_column(UNLINKED + link, pa.array(lost))
    broken: list[tuple[str, str | None, Rows]] = list(
        judgement(table).broken_rules(frame.to_pandas(types_mapper=pd.ArrowDtype))
    )
    set_aside = np.zeros(len(rows), dtype=bool)
    for rule, _, of_rule in broken:
        if RULES[rule].state is State.QUARANTINED:
            set_aside[of_rule] = True
    repeats, superseded = duplicates(rows, values.get("person_id"), set_aside)
    duplicate = np.zeros(len(rows), dtype=bool)
    for rule, of_rule in (("duplicate", repeats), ("duplicate_key", superseded)):
        duplicate[of_rule] = True
        if len(of_rule):
            broken.append((rule, None, of_rule))
    return _Judged(rows, values, record_id(rows), broken, set_aside, duplicate)


def _lost(rows: TableRows, values: Mapping[str, pa.ChunkedArray], link: str, target: _Judged | None) -> Mask:
    """Rows that name a record which the extract does not have of the child, where it has the whole table of these."""
    lost = np.zeros(len(rows), dtype=bool)
    if target is None or values[link].null_count == len(rows):
        return lost
    table = target.rows.table
    coverages = {number: rows.extracts[number].coverage.get(table, Coverage()) for number in rows.slices}
    whole = [
        number
        for number, coverage in coverages.items()
        if number in target.rows.slices and coverage.complete_from is None and not coverage.is_latest_only
    ]
    records = {}
    for number in whole:
        place = target.rows.slices[number]
        of_extract = pa.array(np.arange(place.start, place.stop))
        ids = target.values[f"{table}_id"].take(of_extract).combine_chunks()
        there = pa.repeat(pa.scalar(rows.extracts[number].extract.extract_date, pa.date32()), len(ids))
        records[number] = (ids, target.values["person_id"].take(of_extract).combine_chunks(), there)
    found = linked(values[link], values["person_id"], rows, records)
    is_asked = pc.and_(pc.is_valid(values[link]), pc.is_valid(values["person_id"])).to_numpy()
    for number in whole:
        place = rows.slices[number]
        lost[place] = is_asked[place] & pc.is_null(found).to_numpy()[place]
    return lost


def _conference_named(statuses: pa.ChunkedArray) -> pa.ChunkedArray:
    """CONFERENCE where the status of an enquiry names one: `Completed - ICPC arranged` awaits it."""
    spellings = pc.unique(statuses)
    named = [text and read_outcome(text) == Outcome.CONFERENCE for text in spellings.to_pylist()]
    meanings = pa.array([str(Outcome.CONFERENCE) if one else None for one in named], pa.string())
    return meanings.take(pc.index_in(statuses, spellings))


_COMPANIONS = {typed.UNREAD: UNREAD, typed.FORMULA: FORMULA, typed.SENTINEL: SENTINEL, typed.SHORT_YEAR: SHORT_YEAR}


def _companions(
    rows: TableRows, values: Mapping[str, pa.ChunkedArray], known: Mapping[int, pa.Array] | None
) -> Iterator[tuple[str, Mask]]:
    """What the rules need beside the values, each only where it holds of any row."""
    for name, reading in rows.readings.items():
        of_flags = {flag: _mask(len(rows), of_flag) for flag, of_flag in reading.flagged.items() if flag in _COMPANIONS}
        if typed.FORMULA in of_flags:
            # In a workbook a formula was never calculated; elsewhere it is a text that cannot be read.
            of_flags[typed.FORMULA] &= rows.is_of_workbook
            if typed.UNREAD in of_flags:
                of_flags[typed.UNREAD] &= ~of_flags[typed.FORMULA]
        yield from ((_COMPANIONS[flag] + name, mask) for flag, mask in of_flags.items() if mask.any())
    for name, mask in rows.absent.items():
        yield ABSENT + name, mask
    if len(single := np.union1d(_single_valued(rows), _totals(rows))):
        yield "single_value", _mask(len(rows), single)
    if known is not None and (strangers := unknown(values["person_id"], rows, known)).any():
        yield "is_unknown_person", strangers


def _single_valued(rows: TableRows) -> Rows:
    """Rows that hold one value only. Only those are counted that lack one of the two columns that are filled most."""
    fullest = sorted(rows.readings.values(), key=lambda reading: reading.values.null_count)[:2]
    asked = np.flatnonzero(
        np.logical_or.reduce([pc.is_null(reading.values).to_numpy() for reading in fullest])
        if any(reading.values.null_count for reading in fullest)
        else np.zeros(len(rows), dtype=bool)
    )
    if not len(asked):
        return asked
    filled = np.sum([reading.is_filled(asked) for reading in rows.readings.values()], axis=0)
    single: Rows = asked[filled < 2]
    return single


def _totals(rows: TableRows) -> Rows:
    """Rows that say in place of their id that they are a total; only where a row needs nothing else to say something."""
    if len(parts := key(rows.table)) > 1:
        return np.array([], dtype=np.int64)
    found: Rows = np.flatnonzero(
        pc.fill_null(pc.match_substring_regex(rows.readings[parts[0]].values, _TOTAL), False).to_numpy()
    )
    return found


def _mask(length: int, rows: Rows) -> Mask:
    mask = np.zeros(length, dtype=bool)
    mask[rows] = True
    return mask


def _targets(judged: _Judged | None, table: str) -> dict[int, tuple[pa.Array, pa.Array, pa.Array]]:
    """By extract, the ids, persons and dates of the used records that may be linked to."""
    if judged is None:
        return {}
    usable = judged.used()
    if table == "s47":  # an enquiry that never came to be leads to nothing
        usable &= ~pc.fill_null(pc.equal(judged.values["status"], str(Status.VOID)), False).to_numpy()
    date_column = LINKED_DATE[table][0]
    found = {}
    for number, place in judged.rows.slices.items():
        of_extract = pa.array(np.flatnonzero(usable[place]) + place.start)
        found[number] = tuple(
            judged.values[name].take(of_extract).combine_chunks() for name in (f"{table}_id", "person_id", date_column)
        )
    return found


def _know(judged: _Judged, merged: dict[int, dict[str, str]], known: dict[int, pa.Array]) -> None:
    """Learn from the person table who is known and who was merged; report masters that merge nobody."""
    strange = []
    used = judged.used()
    for number, place in judged.rows.slices.items():
        of_extract = np.flatnonzero(used[place]) + place.start
        taken = pa.array(of_extract)
        ids = judged.values["person_id"].take(taken)
        known[number] = ids.combine_chunks()
        masters = judged.values["master_person_id"].take(taken)
        if masters.null_count < len(masters):
            persons = pa.table({"row": taken, "person_id": ids, "master_person_id": masters})
            sent = judged.values["person_id"].slice(place.start, place.stop - place.start).combine_chunks()
            merged[number], rows = aliases(persons, sent)
            strange.append(rows)
    if strange and len(rows := np.concatenate(strange)):
        judged.broken.append(("unknown_master", "master_person_id", rows))


# --- writing --------------------------------------------------------------------------------------------------------


def _write(connection: duckdb.DuckDBPyConnection, table: str, judged: _Judged | None) -> None:
    """Make `staged.<table>` of the used rows, `staged.<table>_aside` of those set aside; empty where none was sent."""
    if judged is None:
        whole = pa.schema(
            [("la_code", pa.string()), ("extract_date", pa.date32()), ("row_number", pa.int64()),
             ("record_id", pa.string()), ("place", pa.string()),
             *((column.name, TYPES.get(column.kind, pa.string())) for column in columns(table))]
        ).empty_table()  # fmt: skip
        used = aside = whole
    else:
        rows = judged.rows
        whole = pa.table(
            {
                "la_code": rows.la_code,
                "extract_date": rows.extract_date,
                "row_number": rows.row_number,
                "record_id": judged.record_id,
                "place": rows.place,
                **judged.values,
            }
        )
        mask = judged.used()
        used = whole if mask.all() else whole.filter(pa.array(mask))
        aside = whole.filter(pa.array(judged.set_aside)) if judged.set_aside.any() else whole.slice(0, 0)
    _create(connection, table, used)
    _create(connection, f"{table}_aside", aside)


def _create(connection: duckdb.DuckDBPyConnection, name: str, content: pa.Table) -> None:
    connection.from_arrow(content).create(f"staged.{name}")


_ISSUE = pa.schema(
    [("la_code", pa.string()), ("extract_date", pa.date32()), ("table_name", pa.string()), ("row_number", pa.int64()),
     ("record_id", pa.string()), ("person_id", pa.string()), ("column_name", pa.string()), ("raw_value", pa.string()),
     ("rule", pa.string()), ("severity", pa.string()), ("message", pa.string()), ("place", pa.string())]
)  # fmt: skip


def _write_issues(
    connection: duckdb.DuckDBPyConnection,
    reads: Sequence[ExtractRead],
    judged: Mapping[str, _Judged],
    counts: Sequence[TableCount],
) -> None:
    found = [issues for one in judged.values() for issues in _issues(one)]
    told = [*_of_files(counts), *_of_forms(reads)]
    found.append(pa.Table.from_pylist(told, schema=_ISSUE))
    _create(connection, "row_issue", pa.concat_tables(found))


def _issues(judged: _Judged) -> Iterator[pa.Table]:
    rows = judged.rows
    nobody = pa.chunked_array([pa.nulls(len(rows), pa.string())])
    for rule, column, of_rule in judged.broken:
        taken, count = pa.array(of_rule), len(of_rule)
        raw = rows.cells[column].take(taken) if column else pa.nulls(count, pa.string())
        yield pa.table(
            {
                "la_code": rows.la_code.take(taken).cast(pa.string()),
                "extract_date": rows.extract_date.take(taken),
                "table_name": pa.repeat(rows.table, count),
                "row_number": rows.row_number.take(taken),
                "record_id": judged.record_id.take(taken),
                "person_id": judged.values.get("person_id", nobody).take(taken),
                "column_name": pa.repeat(pa.scalar(column, pa.string()), count),
                "raw_value": pc.if_else(pc.equal(raw, ""), None, raw),
                "rule": pa.repeat(rule, count),
                "severity": pa.repeat(RULES[rule].severity, count),
                "message": pa.repeat(RULES[rule].message, count),
                "place": rows.place.take(taken),
            },
            schema=_ISSUE,
        )


def _of_files(counts: Sequence[TableCount]) -> Iterator[dict[str, object]]:
    for count in counts:
        for warning in count.file_warnings:
            yield {"la_code": count.la_code, "extract_date": count.extract_date, "table_name": count.table_name,
                   "rule": "file_warning", "severity": "warning", "message": warning}  # fmt: skip


def _of_forms(reads: Sequence[ExtractRead]) -> Iterator[dict[str, object]]:
    for read in reads:
        for report in read.reports:
            rule = RULES[report.rule]
            yield {"la_code": read.extract.la_code, "extract_date": read.extract.extract_date,
                   "table_name": report.table_name, "row_number": report.row_number, "record_id": report.record_id,
                   "person_id": report.person_id, "column_name": report.column_name, "raw_value": report.raw_value,
                   "rule": rule.name, "severity": rule.severity, "message": rule.message,
                   "place": report.place}  # fmt: skip


# --- counting -------------------------------------------------------------------------------------------------------


def _counts(reads: Sequence[ExtractRead], judged: Mapping[str, _Judged]) -> Iterator[TableCount]:
    for number, read in enumerate(reads):
        for table, one in judged.items():
            place = one.rows.slices.get(number)
            if place is None:
                continue
            files = [file for file in read.tables if file.table_name == table]
            statuses = _unknown_statuses(one, place)
            yield TableCount(
                read.extract.la_code,
                read.extract.extract_date,
                table,
                " and ".join(file.file_name for file in files),
                files[0].form,
                files[0].sha256,
                rows_in=place.stop - place.start,
                rows_used=int(one.used()[place].sum()),
                rows_quarantined=int(one.set_aside[place].sum()),
                rows_duplicate=int(one.duplicate[place].sum()),
                columns_ignored=files[0].columns_ignored,
                rules=_rules(one, place),
                unknown_statuses=statuses,
                file_warnings=tuple(file_warnings(one.rows, place, statuses)),
                stop=stopped(
                    one.rows, place, one.used(), read.coverage.get(table, Coverage()), read.extract.extract_date
                ),
            )


def _rules(judged: _Judged, place: slice) -> dict[tuple[str, str | None], int]:
    counts = {}
    for rule, column, of_rule in judged.broken:
        first, last = np.searchsorted(of_rule, (place.start, place.stop))
        if last > first:
            counts[rule, column] = int(last - first)
    return counts


def _unknown_statuses(judged: _Judged, place: slice) -> tuple[tuple[str, int], ...]:
    for rule, column, of_rule in judged.broken:
        if rule == "unknown_status" and column:
            first, last = np.searchsorted(of_rule, (place.start, place.stop))
            return tuple(typed.unread_spellings(judged.rows.cells[column], of_rule[first:last]))
    return ()


def _write_counts(
    connection: duckdb.DuckDBPyConnection,
    reads: Sequence[ExtractRead],
    judged: Mapping[str, _Judged],
    counts: Sequence[TableCount],
) -> None:
    row_count = pa.schema(
        [("la_code", pa.string()), ("extract_date", pa.date32()), ("table_name", pa.string()), ("rows_in", pa.int64()),
         ("rows_used", pa.int64()), ("rows_quarantined", pa.int64()), ("rows_duplicate", pa.int64())]
    )  # fmt: skip
    _create(connection, "row_count", pa.Table.from_pylist(
        [{name: getattr(count, name) for name in row_count.names} for count in counts], schema=row_count
    ))  # fmt: skip
    _create(connection, "extract_file", pa.Table.from_pylist(list(_files(judged)), schema=_FILE))
    _create(connection, "file_not_read", pa.Table.from_pylist(list(_files_not_read(reads)), schema=_NOT_READ))
    _create(connection, "coverage", pa.Table.from_pylist(list(_coverage(reads)), schema=_COVERAGE))
    _create(connection, "never_given", pa.Table.from_pylist(list(_never_given(reads)), schema=_NEVER_GIVEN))
    _create(connection, "measure_note", pa.Table.from_pylist(list(_measure_notes(reads)), schema=_MEASURE_NOTE))


_FILE = pa.schema(
    [("la_code", pa.string()), ("extract_date", pa.date32()), ("table_name", pa.string()), ("file_name", pa.string()),
     ("form", pa.string()), ("sha256", pa.string()), ("rows_in", pa.int64()), ("rows_used", pa.int64()),
     ("rows_quarantined", pa.int64()), ("rows_duplicate", pa.int64()),
     ("columns_present", pa.list_(pa.string())), ("columns_ignored", pa.list_(pa.string()))]
)  # fmt: skip
_NOT_READ = pa.schema(
    [("la_code", pa.string()), ("extract_date", pa.date32()), ("table_name", pa.string()), ("file_name", pa.string()),
     ("sha256", pa.string()), ("reason", pa.string())]
)  # fmt: skip
_COVERAGE = pa.schema(
    [("la_code", pa.string()), ("extract_date", pa.date32()), ("table_name", pa.string()),
     ("complete_from", pa.date32()), ("spells_complete_from", pa.date32()), ("complete_to", pa.date32()),
     ("is_latest_only", pa.bool_()), ("is_cut_by_rows", pa.bool_()), ("declared_by", pa.string()),
     ("form", pa.string())]
)  # fmt: skip

_NEVER_GIVEN = pa.schema(
    [("la_code", pa.string()), ("extract_date", pa.date32()), ("measure_code", pa.string()), ("reason", pa.string()),
     ("table_name", pa.string()), ("column_names", pa.list_(pa.string())), ("form", pa.string())]
)  # fmt: skip
_MEASURE_NOTE = pa.schema(
    [("la_code", pa.string()), ("extract_date", pa.date32()), ("measure_code", pa.string()), ("note", pa.string())]
)


def _never_given(reads: Sequence[ExtractRead]) -> Iterator[dict[str, object]]:
    """The measures that the forms of an extract cannot give, whatever their rows hold, and why."""
    for read in reads:
        for measure_code, lack in read.never.items():
            yield {"la_code": read.extract.la_code, "extract_date": read.extract.extract_date,
                   "measure_code": measure_code, "reason": f"{lack.sentence[:1].upper()}{lack.sentence[1:]}.",
                   "table_name": lack.table, "column_names": list(lack.columns), "form": lack.form}  # fmt: skip


def _measure_notes(reads: Sequence[ExtractRead]) -> Iterator[dict[str, object]]:
    """What is told beside the figures of a measure, because of the form that they are made of."""
    for read in reads:
        for measure_code, note in read.notes.items():
            yield {"la_code": read.extract.la_code, "extract_date": read.extract.extract_date,
                   "measure_code": measure_code, "note": f"{note.sentence[:1].upper()}{note.sentence[1:]}."}  # fmt: skip


def _files(judged: Mapping[str, _Judged]) -> Iterator[dict[str, object]]:
    for one in judged.values():
        used = one.used()
        for read, file, place in one.rows.files:
            yield {"la_code": read.extract.la_code, "extract_date": read.extract.extract_date,
                   "table_name": file.table_name, "file_name": file.file_name, "form": file.form,
                   "sha256": file.sha256, "rows_in": place.stop - place.start, "rows_used": int(used[place].sum()),
                   "rows_quarantined": int(one.set_aside[place].sum()),
                   "rows_duplicate": int(one.duplicate[place].sum()), "columns_present": file.cells.column_names,
                   "columns_ignored": list(file.columns_ignored)}  # fmt: skip


def _files_not_read(reads: Sequence[ExtractRead]) -> Iterator[dict[str, object]]:
    for read in reads:
        for file in read.not_read:
            yield {"la_code": read.extract.la_code, "extract_date": read.extract.extract_date,
                   "table_name": file.table_name, "file_name": file.file_name, "sha256": file.sha256,
                   "reason": file.reason}  # fmt: skip


def _coverage(reads: Sequence[ExtractRead]) -> Iterator[dict[str, object]]:
    for read in reads:
        forms = {one.table_name: one.form for one in read.tables}
        for table, coverage in read.coverage.items():
            yield {"la_code": read.extract.la_code, "extract_date": read.extract.extract_date, "table_name": table,
                   "form": forms.get(table),
                   **{name: getattr(coverage, name) for name in _COVERAGE.names[3:-1]},
                   "complete_to": coverage.complete_to or read.extract.extract_date}  # fmt: skip
