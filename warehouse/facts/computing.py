"""The facts: one row per event, and per child and month end, with everything that decides a figure."""

from functools import reduce
from pathlib import Path

import duckdb

from warehouse import steps

FOLDER = Path(__file__).parent
_READS = ("staged", "reference")


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


def uncovered(connection: duckdb.DuckDBPyConnection) -> int:
    """How many events with a clock have a date outside the calendar."""
    row = connection.sql((FOLDER / "checks" / "uncovered.txt").read_text()).fetchone()
    return int(row[0]) if row else 0
