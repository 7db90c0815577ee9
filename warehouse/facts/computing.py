"""The facts: one row per event, and per child and month end, with everything that decides a figure."""

from functools import reduce
from pathlib import Path

import duckdb

from schemas.tables import MODELS
from warehouse import steps

FOLDER = Path(__file__).parent
_READS = ("staged", "reference")
# The fact whose check says that the calendar knows every day.
CHECKED = "reporting_month"


def fact_steps() -> tuple[steps.Step, ...]:
    """The steps of the layer, each after those it reads."""
    return steps.steps(FOLDER, "facts", _READS)


def compute(connection: duckdb.DuckDBPyConnection) -> None:
    """Compute every fact of the extracts in the schema `staged`.

    Besides the steps: `facts.pending`, what is open with a clock, from the steps named `open_…`; and what the steps named
    `report_…` found, added to `staged.row_issue` under the rule they are named for.
    """
    connection.execute("create schema if not exists facts")
    connection.execute((FOLDER / "macros.sql").read_text())
    wanted = fact_steps()
    steps.run(connection, wanted)
    opened = [connection.table(step.table) for step in wanted if step.name.startswith("open_")]
    union = reduce(lambda rows, more: rows.union(more), (_of_pending(one) for one in opened))
    union.query("pending", "create or replace table facts.pending as from pending")
    for step in wanted:
        if step.name.startswith("report_"):
            connection.execute(f"insert into staged.row_issue by name {_REPORTED.format(table=step.table)}")


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


def shown(step: steps.Step) -> list[list[str]]:
    """The tables that a step reads, as the keys of their assets: contracts, facts and the reference that is shown."""
    known = {f"staged.{table}" for table in MODELS} | {f"reference.{table}" for table in ("calendar", "setting")}
    known |= {one.table for one in fact_steps()}
    return sorted(name.split(".") for name in step.reads if name in known)


def uncovered(connection: duckdb.DuckDBPyConnection) -> int:
    """How many days that a clock starts on or an event happened on are outside the calendar."""
    dates = [
        f"select {column} as day from {step.table}"  # noqa: S608 - names of our own tables
        for step in fact_steps()
        for column in ("clock_start", "event_date")
        if column in connection.table(step.table).columns
    ]
    row = connection.execute(
        f"select count(*) from ({' union all '.join(dates)}) where day not between "  # noqa: S608
        "(select min(date) from reference.calendar) and (select max(date) from reference.calendar)"
    ).fetchone()
    return int(row[0]) if row else 0
