"""The facts: one row per event, and per child and month end, with everything that decides a figure."""

from dataclasses import dataclass
from datetime import date
from functools import cache, partial, reduce
from pathlib import Path

import duckdb

from schemas.rules import REPORTS
from warehouse import steps
from warehouse.parallel import at_once

FOLDER = Path(__file__).parent
_READS = ("staged", "reference")


@dataclass(frozen=True)
class Room:
    """The facts of one group: a folder of the layer. `tables` are those of the contract that they read."""

    name: str
    steps: tuple[steps.Step, ...]
    tables: frozenset[str]
    rooms: tuple[str, ...]


def fact_steps() -> tuple[steps.Step, ...]:
    """The steps of the layer, each after those it reads."""
    return steps.steps(FOLDER, "facts", _READS)


def compute(connection: duckdb.DuckDBPyConnection) -> None:
    """Compute every fact of the extracts in the schema `staged`.

    Besides the steps: `facts.pending`, what is open with a clock, from the steps named `open_…`; what the steps named
    `report_…` found, added to `staged.row_issue` under the rule they are named for; and `facts.failed_report`, the rules
    of those of them that failed: a report decides no figure, so it stops none, and it is not taken for clean.
    """
    connection.execute("create schema if not exists facts")
    connection.execute((FOLDER / "macros.sql").read_text())
    wanted = fact_steps()
    steps.run(connection, [step for step in wanted if not step.name.startswith("report_")])
    opened = [connection.table(step.table) for step in wanted if step.name.startswith("open_")]
    union = reduce(lambda rows, more: rows.union(more), (_of_pending(one) for one in opened))
    union.query("pending", "create or replace table facts.pending as from pending")
    connection.execute("create or replace table facts.failed_report (rule varchar, reason varchar)")
    reports = [step for step in wanted if step.name.startswith("report_")]
    at_once(
        connection,
        {step.table: partial(_report, step) for step in reports},
        {step.table: step.reads for step in reports},
    )


def _report(step: steps.Step, connection: duckdb.DuckDBPyConnection) -> None:
    try:
        steps.compute(step, connection)
        connection.execute(f"insert into staged.row_issue by name {_REPORTED.format(table=step.table)}")
    except _OF_THE_MACHINE:
        raise
    except duckdb.Error as error:
        reason = f"The query {step.name} failed ({type(error).__name__})."  # its words may quote a row
        rules = [rule for rule in REPORTS if f"'{rule}'" in step.query]
        connection.executemany("insert into facts.failed_report values (?, ?)", [(rule, reason) for rule in rules])
        connection.execute(f"create or replace table {step.table} as select 1 as nothing where false")


# What is lacking then is memory or disk, and no query is to blame.
_OF_THE_MACHINE = (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.InterruptException)
_REPORTED = """
select found.*, rule.severity, rule.message
from {table} as found
inner join staged.rule using (rule)
"""
_PENDING = (
    "la_code", "extract_date", "measure_code", "person_id", "record_id", "clock_start", "due_date",
    "working_days_elapsed", "working_days_left", "is_overdue", "team", "worker", "table_name", "row_number",
)  # fmt: skip


def _of_pending(opened: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    return opened.select(*(duckdb.ColumnExpression(name) for name in _PENDING))


@cache
def rooms() -> tuple[Room, ...]:
    """The groups of facts, each with what it reads of the others; what they share, and the months, come first."""
    place = {path.stem: path.parent.name for path in FOLDER.rglob("*.sql")}
    room_of = {step.table: "shared" if place[step.name] in ("shared", FOLDER.name) else place[step.name]
               for step in fact_steps()}  # fmt: skip
    found = []
    for name in dict.fromkeys(("shared", *sorted(set(room_of.values())))):
        own = tuple(step for step in fact_steps() if room_of[step.table] == name)
        read = {table for step in own for table in step.reads}
        tables = frozenset(table.removeprefix("staged.").removesuffix("_aside") for table in read if "staged." in table)
        others = sorted({room_of[table] for table in read if table in room_of} - {name})
        # The groups read each other's facts in places; the graph shows only what is shared.
        found.append(Room(name, own, tables, tuple(other for other in others if other == "shared")))
    return tuple(found)


def row_counts(connection: duckdb.DuckDBPyConnection, room: Room) -> dict[tuple[str, date], dict[str, int]]:
    """For each extract, the rows of each fact of a group, by its name."""
    parts = [
        f"select '{step.name}' as name, la_code, extract_date, count(*) as rows from {step.table} "  # noqa: S608
        "group by la_code, extract_date"
        for step in room.steps
        if "extract_date" in connection.table(step.table).columns
    ]
    found: dict[tuple[str, date], dict[str, int]] = {}
    for name, la_code, day, rows in connection.sql(" union all ".join(parts)).fetchall():
        found.setdefault((la_code, day), {})[name] = rows
    return found


def unexplained_months(connection: duckdb.DuckDBPyConnection) -> int:
    """How many months there are whose looked-after count is not that of the month before, entries and exits counted."""
    row = connection.sql("select count(*) from facts.check_stock_flow where difference <> 0").fetchone()
    return int(row[0]) if row else 0


def uncovered(connection: duckdb.DuckDBPyConnection) -> int:
    """How many days that working days are counted from or to are outside the calendar."""
    dates = [
        f"select {column} as day from {step.table}"  # noqa: S608 - names of our own tables
        for step in fact_steps()
        for column in ("clock_start", "event_date")
        if {column, "working_days"} <= set(connection.table(step.table).columns)
    ]
    row = connection.execute(
        f"select count(*) from ({' union all '.join(dates)}) where day not between "  # noqa: S608
        "(select min(date) from reference.calendar) and (select max(date) from reference.calendar)"
    ).fetchone()
    return int(row[0]) if row else 0
