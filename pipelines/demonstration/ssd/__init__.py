"""The demonstration council in the Standard Safeguarding Dataset: tables of a database, as a case system's scripts fill them.

One query a table of the SSD, named like it, over the council's tables. What is a draft or was cancelled is not kept, for
the scripts leave it out.
"""

from pathlib import Path
from typing import Any

import pyarrow as pa
from sqlalchemy import CHAR, Column, DateTime, Engine, Integer, MetaData, Numeric, String, Table, inspect
from sqlalchemy.schema import CreateSchema
from sqlalchemy.types import TypeEngine

from pipelines.demonstration.queries import Tabled, answer, connected

HERE = Path(__file__).parent
TABLES = tuple(sorted(file.stem for file in HERE.glob("ssd_*.sql")))
SCHEMA = "ssd_development"
_CHUNK = 5_000


def write(council: Tabled, engine: Engine, schema: str = SCHEMA) -> dict[str, int]:
    """Writes the council into an empty or new schema of a database; the rows of each table.

    Raises ValueError where one of its tables is there: a council's own SSD is never written over.
    """
    with engine.connect() as connection:
        inspector = inspect(connection)
        if schema in inspector.get_schema_names() and not {*inspector.get_table_names(schema)}.isdisjoint(TABLES):
            raise ValueError(
                "The schema has tables of the SSD: the demonstration is only written where there are none."
            )
    rows: dict[str, int] = {}
    with engine.begin() as writing, connected(council) as connection:
        if schema not in inspect(writing).get_schema_names():
            writing.execute(CreateSchema(schema))
        for name in TABLES:
            given = answer(connection, HERE / f"{name}.sql")
            table = Table(name, MetaData(), *(Column(one.name, _kind(one.type)) for one in given.schema), schema=schema)
            table.create(writing)
            for batch in given.to_batches(max_chunksize=_CHUNK):
                if batch.num_rows:
                    writing.execute(table.insert(), batch.to_pylist())
            rows[name] = given.num_rows
    return rows


def _kind(kind: pa.DataType) -> TypeEngine[Any]:
    """The type that the SSD gives such a column: days as moments at midnight, flags as padded characters."""
    if pa.types.is_temporal(kind):
        return DateTime()
    if pa.types.is_boolean(kind):
        return CHAR(5)
    if pa.types.is_integer(kind):
        return Integer()
    return Numeric(6, 2) if pa.types.is_floating(kind) else String(4000)
