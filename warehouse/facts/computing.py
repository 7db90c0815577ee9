"""The facts: one row per event, and per child and month end, with everything that decides a figure."""

from pathlib import Path

import duckdb

from warehouse.definitions import begin, stamp
from warehouse.shape import columns_of, reshape

_FOLDER = Path(__file__).parent

# Views come before the tables that read them; a table is computed for the extracts of the run and kept.
VIEWS = ("child", "mash_decision", "assessment", "conference", "period_of_care")
TABLES = ("reporting_month", "timed_event", "child_on_plan", "child_looked_after")


def sql(name: str) -> str:
    """The text of a query of this layer."""
    return (_FOLDER / f"{name}.sql").read_text()


def compute(connection: duckdb.DuckDBPyConnection) -> None:
    """Compute every fact for the extracts in `raw.run_extract`, in place of what the layer holds of them.

    Raises StaleLayerError where the staged layer is not complete.
    """
    begin(connection, "facts")
    connection.execute("create schema if not exists facts")
    connection.execute(sql("macros"))
    for view in VIEWS:
        connection.execute(f"create or replace view facts.{view} as {sql(view)}")
    for table in TABLES:
        fact = connection.sql(sql(table))
        reshape(connection, "facts", table, columns_of(fact))
        connection.execute(
            f"delete from facts.{table} where (la_code, extract_date) in (from raw.run_extract)"  # noqa: S608
        )
        fact.insert_into(f"facts.{table}")
    stamp(connection, "facts")


def grain(table: str) -> str:
    """What a row of a fact is: the comment that its query starts with."""
    lines = []
    for line in sql(table).splitlines():
        if not line.startswith("--"):
            break
        lines.append(line.removeprefix("--").strip())
    return " ".join(lines)


def uncovered(connection: duckdb.DuckDBPyConnection) -> int:
    """How many timed events of the run have a date outside the calendar."""
    row = connection.sql(sql("uncovered")).fetchone()
    return int(row[0]) if row else 0
