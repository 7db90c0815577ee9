"""Queries over a council's tables, for the forms that join them otherwise than the canonical one does."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.demonstration.columns import EXTRACT_DATE
from pipelines.demonstration.council import Council


@contextmanager
def connected(council: Council) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory connection with the council's tables by name, and the variables `la_code` and `extract_date`."""
    with duckdb.connect(config={"threads": "1"}) as connection:
        for name, table in council.tables().items():
            connection.register(name, table)
        connection.execute("set variable la_code = $1", [council.la_code])
        connection.execute("set variable extract_date = $1", [EXTRACT_DATE.item()])
        yield connection


def text_of(file: Path) -> str:
    """The text of a query."""
    return file.read_text(encoding="utf-8")


def define(connection: duckdb.DuckDBPyConnection, name: str, file: Path) -> None:
    """Gives the answer of a query a name, for the queries that follow."""
    connection.register(name, answer(connection, file))


def answer(connection: duckdb.DuckDBPyConnection, file: Path) -> pa.Table:
    """The answer of a query."""
    return connection.execute(text_of(file)).to_arrow_table()
