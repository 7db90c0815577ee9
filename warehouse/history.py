"""An extract beside the one before it of the same authority: what was there and is not, and whether it is of its day.

Compared are names, counts and hashes, never what a row says. Source of the rules: docs/definitions.md, "An extract and the
one before".
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

import duckdb

from schemas.tables import MODELS, Kind, columns
from warehouse.facts.computing import fact_steps
from warehouse.landing.coverage import FILE_NAME
from warehouse.landing.extracts import Extract
from warehouse.layers import Group
from warehouse.ledger import Finding, Told
from warehouse.published.publishing import KPI, Place, sql

# So many events in each of the twelve months before make a month without any a reason to refuse.
_EVENTS = 10
# A window that moves can lose the last value of a rare column; where so many would be there still, it was lost otherwise.
_EXPECTED = 3
_LOOKS_CUT = Path(__file__).parent / "looks_cut.sql"
_ENDED = Path(__file__).parent / "ended_authority.sql"


@dataclass(frozen=True)
class _Known:
    """What an extract held: its columns with values, by table, each with the share of rows that had one (None: not
    counted); the hashes of its files; and of tables of which it declares that they are cut, their columns and rows."""

    columns: Mapping[str, Mapping[str, float | None]]
    files: frozenset[str]
    cut: Mapping[str, tuple[frozenset[str], int]] = field(default_factory=dict)


def compared(group: Group, warehouse: Path) -> list[Told]:
    """What is to be told of the extracts of a group, by themselves and beside those before them, by extract."""
    own = of_themselves(group)
    known = _published(warehouse) | _in_group(group)
    found: list[Told] = []
    for extract in sorted(group.extracts):
        place = (extract.la_code, extract.extract_date)
        others = [one for one in known if one[0] == place[0] and one != place]
        found += _same_files(place, known, others)
        found += _gone(place, sorted(one for one in others if one[1] < place[1]), known)
    return [*found, *own]


def of_themselves(group: Group) -> list[Told]:
    """What is to be told of the extracts of a group that no other extract has a part in."""
    group.staged()
    if group.told_of_themselves is None:
        days = [one for extract in sorted(group.extracts) for one in _not_of_its_day(group.connection, extract)]
        found = [*days, *_looking_cut(group.connection), *_of_ended_authorities(group.connection)]
        group.told_of_themselves = found
    places = {(extract.la_code, extract.extract_date) for extract in group.extracts}
    return [one for one in group.told_of_themselves if one.place in places]


def _of_ended_authorities(connection: duckdb.DuckDBPyConnection) -> Iterator[Told]:
    """The extracts of an authority whose last day was before; its rates have no residents any more."""
    for la_code, day, name, last, successors in connection.sql(_ENDED.read_text()).fetchall():
        place = (la_code, day)
        yield Told(
            place, None,
            f"{_where(place)}: {name} ended on {last}, and its months after that have no rates; land them under the "
            f"successor's code ({successors}).",
        )  # fmt: skip


def _looking_cut(connection: duckdb.DuckDBPyConnection) -> Iterator[Told]:
    """The extracts that declare nothing of their coverage and look as a cut leaves them."""
    for la_code, day, first, before, after, count, share, later in connection.sql(_LOOKS_CUT.read_text()).fetchall():
        place = (la_code, day)
        sentence = (
            f"{_where(place)}/referral: it looks cut. From {first} on {after:.2g} referrals close a day, in the year before "
            f"{before:.2g}; and of the {count:,} made more than 90 days before that day {share:.0%} closed within 90 days, of "
            f"later ones {later:.0%}"
        )
        finding = Finding(
            f"{sentence}; declare from when it is complete, with a line complete_from = {first} in its {FILE_NAME}, or "
            f'{la_code} = "{first}" below [coverage] in the settings, {_accept(place)}', "referral", "is_whole",
        )  # fmt: skip
        yield Told(place, "referral", f"{sentence}.", finding)


def _where(place: Place) -> str:
    return f"{place[0]}/{place[1]}"


def _accept(place: Place) -> str:
    return f"or accept the extract as it is: python -m pipelines accept {place[0]} {place[1]} --reason TEXT."


def _same_files(place: Place, known: Mapping[Place, _Known], others: list[Place]) -> Iterator[Told]:
    for other in others:
        if known[place].files and known[other].files == known[place].files:
            yield Told(
                place, None,
                f"{_where(place)}: its files are those of the extract of {other[1]}, byte for byte; land what was taken on "
                "its own day.",
            )  # fmt: skip
            return


def _gone(place: Place, earlier: list[Place], known: Mapping[Place, _Known]) -> Iterator[Told]:
    """Tables of the extract before that are gone, and columns of the latest one that had the table."""
    now = known[place].columns
    for table in sorted(known[earlier[-1]].columns.keys() - now.keys()) if earlier else ():
        yield Told(
            place, table,
            f"{_where(place)}: {table} was in the extract of {earlier[-1][1]} and is not in this one; the figures that need "
            "it stay as they were. Send the table, or leave it.",
        )  # fmt: skip
    for table in sorted(now):
        before = next((one for one in reversed(earlier) if table in known[one].columns), None)
        gone = sorted(known[before].columns[table].keys() - now[table].keys()) if before else []
        deciding = [
            column
            for column in gone
            if _is_read(table, column) and not _may_have_left(known, before, place, table, column)
        ]
        if before is None or not gone:
            continue
        named, are = ", ".join(gone), "is" if len(gone) == 1 else "are"
        sentence = (
            f"{_where(place)}/{table}: {named} had values in the extract of {before[1]} and {are} absent or empty "
            "throughout in this one"
        )
        if deciding:
            finding = Finding(f"{sentence}; send the column, {_accept(place)}", table, "columns_kept")
            yield Told(place, table, f"{sentence}.", finding)
        else:
            yield Told(place, table, f"{sentence}.")


def _may_have_left(known: Mapping[Place, _Known], before: Place | None, place: Place, table: str, column: str) -> bool:
    """Whether a column that an extract sends without a value may have lost the last one to the past: its table is declared
    to be cut, and by the share of rows that had one before hardly any was to be expected."""
    there, rows = known[place].cut.get(table, (frozenset[str](), 0))
    share = known[before].columns[table][column] if before else None
    return column in there and share is not None and share * rows < _EXPECTED


@cache
def _is_read(table: str, column: str) -> bool:
    """Whether any fact reads the column of the table."""
    return any(
        f"staged.{table}" in step.reads and re.search(rf"\b{column}\b", step.query) is not None for step in fact_steps()
    )


def _not_of_its_day(connection: duckdb.DuckDBPyConnection, extract: Extract) -> Iterator[Told]:
    """Whether no table has an event in the last month that had ended by the extract date."""
    place = (extract.la_code, extract.extract_date)
    dates = [
        f"select {column.name}::date as day from staged.{table} "  # noqa: S608 - names of the contract
        "where la_code = $la_code and extract_date = $extract_date"
        for table in MODELS
        for column in columns(table)
        if column.happened and column.kind in (Kind.DATE, Kind.TIMESTAMP) and column.name not in ("dob", "death_date")
    ]
    months = dict(
        connection.execute(
            "select date_trunc('month', day)::date, count(*) from "  # noqa: S608
            f"({' union all '.join(dates)}) where day > $extract_date - interval 15 month group by all",
            {"la_code": extract.la_code, "extract_date": extract.extract_date},
        ).fetchall()
    )
    complete = connection.execute(
        "select bool_and(complete_to is null or complete_to >= extract_date) from staged.coverage "
        "where la_code = ? and extract_date = ?",
        list(place),
    ).fetchone()
    last = _month_before(extract.extract_date)
    if not months or months.get(last, 0) or not (complete and complete[0]):
        return
    earlier, month = [], last
    for _ in range(12):
        month = _month_before(month)
        earlier.append(months.get(month, 0))
    sentence = f"{_where(place)}: no table has an event in {last:%B %Y}, the last month that had ended"
    if min(earlier) >= _EVENTS:
        finding = Finding(
            f"{sentence}, and each of the twelve months before has {min(earlier):,} or more; land it under the day on which "
            f"it was taken, {_accept(place)}", None, "is_of_its_day",
        )  # fmt: skip
        yield Told(place, None, f"{sentence}.", finding)
    else:
        yield Told(place, None, f"{sentence}.")


def _month_before(day: date) -> date:
    first = day.replace(day=1)
    return first.replace(year=first.year - 1, month=12) if first.month == 1 else first.replace(month=first.month - 1)


def _in_group(group: Group) -> dict[Place, _Known]:
    filled: dict[Place, dict[str, dict[str, float | None]]] = {}
    rows: dict[tuple[Place, str], int] = {}
    query = "select la_code, extract_date, table_name, column_name, filled, row_count from staged.filled_column"
    for la_code, day, table, column, count, of_rows in group.connection.sql(query).fetchall():
        filled.setdefault((la_code, day), {}).setdefault(table, {})[column] = count / of_rows
        rows[(la_code, day), table] = of_rows
    cut: dict[Place, dict[str, tuple[frozenset[str], int]]] = {}
    query = (
        "select la_code, extract_date, table_name, columns_present from staged.extract_file "
        "inner join staged.coverage using (la_code, extract_date, table_name) where complete_from is not null"
    )
    for la_code, day, table, present in group.connection.sql(query).fetchall():
        place = (la_code, day)
        cut.setdefault(place, {})[table] = (frozenset(present or ()), rows.get((place, table), 0))
    hashes = {
        (one.extract.la_code, one.extract.extract_date): frozenset(table.sha256 for table in one.tables)
        for one in group.read()
    }
    return {place: _Known(filled.get(place, {}), files, cut.get(place, {})) for place, files in hashes.items()}


def _published(warehouse: Path) -> dict[Place, _Known]:
    if not (warehouse / KPI).exists():
        return {}
    with duckdb.connect(str(warehouse / KPI), read_only=True) as connection:
        if connection.sql("from duckdb_tables() where table_name = 'version_column'").fetchone() is None:
            return {}  # a file that an earlier release published
        if "filled" not in connection.table("version_column").columns:  # an earlier release did not count them
            connection.execute(
                "create temp table version_column as "
                "select *, null::bigint as filled, null::bigint as row_count from version_column"
            )
        rows = connection.sql(sql("record/known_extract")).fetchall()
    return {(la_code, day): _Known(held or {}, frozenset(files or ())) for la_code, day, held, files in rows}
