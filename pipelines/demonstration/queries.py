"""Queries over a council's tables, for the forms that join them otherwise than the canonical one does."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import duckdb
import pyarrow as pa

from pipelines.demonstration.columns import EXTRACT_DATE


class Tabled(Protocol):
    """What a form is written of: an authority's code, and its tables."""

    @property
    def la_code(self) -> str:
        """The authority's code."""

    def tables(self) -> dict[str, pa.Table]:
        """The tables by name."""


@contextmanager
def connected(council: Tabled) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory connection with the council's tables by name, and the variables `la_code` and `extract_date`.

    A child that the case system knows under two ids is under one of them here: a form names each child once, and what
    it holds of a child whose records were merged, it holds under the id that stayed.
    """
    with duckdb.connect(config={"threads": "1"}) as connection:
        tables = council.tables()
        connection.register("listed", tables["person"])
        connection.execute(
            "create table merged as select person_id, master_person_id from listed where master_person_id is not null"
        )
        for name, table in tables.items():
            connection.register(name, _of_one_id(connection, name, table))
        connection.execute("set variable la_code = $1", [council.la_code])
        connection.execute("set variable extract_date = $1", [EXTRACT_DATE.item()])
        yield connection


def _of_one_id(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> pa.Table:
    """A table with the id that stayed in the place of the other."""
    if "person_id" not in table.column_names:
        return table
    relation = connection.from_arrow(table)
    if name == "person":
        return relation.filter("master_person_id is null").to_arrow_table()
    return relation.query(
        "told",
        "select told.* replace (coalesce(merged.master_person_id, told.person_id) as person_id) from told "
        "left join merged on merged.person_id = told.person_id",
    ).to_arrow_table()


def text_of(file: Path) -> str:
    """The text of a query."""
    return file.read_text(encoding="utf-8")


def define(connection: duckdb.DuckDBPyConnection, name: str, file: Path) -> None:
    """Gives the answer of a query a name, for the queries that follow."""
    connection.register(name, answer(connection, file))


def answer(connection: duckdb.DuckDBPyConnection, file: Path) -> pa.Table:
    """The answer of a query."""
    return connection.execute(text_of(file)).to_arrow_table()
